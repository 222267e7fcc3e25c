//! A loopback server for tests: scripted responses, recorded requests.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::Sms;
use aws::{Aws, AwsEnvironment};
use domain::{
    clock::HeldClock,
    id::{ParcelId, ParcelNumber},
    phone::PhoneNumber,
    territory::Territory,
};

/// A received request.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// Method and path, with its query.
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

/// A listening server.
pub(super) struct FakeCarrier {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl FakeCarrier {
    /// Answers each request with these bytes, then closes the connection.
    pub async fn that_answers(answer: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (asked, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(answer));
        let remembered = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (asked, answer) = (Arc::clone(&remembered), Arc::clone(&answer));
                tokio::spawn(async move { serve(stream, &asked, &*answer).await });
            }
        });
        Self { url, asked }
    }

    /// Returns an address without a listener.
    pub async fn that_is_gone() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    asked: &Mutex<Vec<Asked>>,
    answer: &(dyn Fn(&Asked) -> Vec<u8> + Sync),
) {
    let Some(request) = read(&mut stream).await else { return };
    let answer = answer(&request);
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    stream.write_all(&answer).await.unwrap();
    stream.shutdown().await.unwrap();
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let mut lines = head.lines();
            let line = lines.next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
            let split = |header: &str| {
                let (name, value) = header.split_once(':').unwrap();
                (name.to_ascii_lowercase(), value.trim().to_owned())
            };
            let mut asked = Asked { line, headers: lines.map(split).collect(), body: String::new() };
            let length = asked.header("content-length").parse().unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                asked.body = String::from_utf8(bytes[end + 4..].to_vec()).unwrap();
                return Some(asked);
            }
        }
        if stream.read_buf(&mut bytes).await.unwrap() == 0 {
            return None;
        }
    }
}

/// Builds a response with its content length.
pub(super) fn answer(status: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A text to an unassignable number.
pub(super) fn sms<'a>(index: u8, to: &str, text: &'a str) -> Sms<'a> {
    Sms {
        id: ParcelId {
            school: "sch_01J0000000000000000000000A".parse().unwrap(),
            send: "snd_01J0000000000000000000000B".parse().unwrap(),
            number: ParcelNumber(7),
        }
        .message(index),
        to: PhoneNumber::parse(to, Territory::Metropole).unwrap(),
        text,
        earlier_attempts: 0,
        valid_for_s: 3_600,
    }
}

/// A clock fixed at ten in the morning of a school day.
pub(super) fn ten_o_clock() -> Arc<HeldClock> {
    Arc::new(HeldClock::at("2026-11-24T10:00:00Z".parse().unwrap()))
}

/// AWS with all services used by carriers at one address.
pub(super) fn aws(url: &str) -> Aws {
    let environment = AwsEnvironment::local(url.to_owned(), url.to_owned());
    Aws::new(AwsEnvironment {
        sns_endpoint: Some(url.to_owned()),
        sms_endpoint: Some(url.to_owned()),
        secrets_endpoint: Some(url.to_owned()),
        more_roots: None,
        ..environment
    })
}
