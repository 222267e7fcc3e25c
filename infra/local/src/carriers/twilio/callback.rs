//! Twilio's callbacks to our API: the status of a message, and a person's reply.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use base64::{Engine, prelude::BASE64_STANDARD};
use domain::delivery::CarrierName;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::carriers::records::twilio::Message;
use crate::{
    carriers::{courier, form, stand_ins::StandIns},
    phones::ReceivedSms,
};

/// Sends the status of a message, if the request named a callback.
pub(super) fn report(all: &StandIns, message: &Message) {
    let Some(url) = message.callback.clone() else { return };
    let status = message.status.name().to_owned();
    let mut fields = vec![
        ("AccountSid", all.fake_carrier.credentials.twilio_account.clone()),
        ("ApiVersion", "2010-04-01".to_owned()),
        ("From", message.from.clone()),
        ("MessageSid", message.sid.clone()),
        ("MessageStatus", status.clone()),
        ("SmsSid", message.sid.clone()),
        ("SmsStatus", status),
        ("To", message.to.clone()),
        // Twilio may add parameters at any time: this one is unexpected.
        ("CarillonUnannounced", "à venir & signé".to_owned()),
    ];
    fields.extend(message.service.clone().map(|service| ("MessagingServiceSid", service)));
    fields.extend(message.status.error().map(|(code, _)| ("ErrorCode", code.to_string())));
    bring(all, url, fields);
}

/// A reply to a phone's last text.
pub(in crate::carriers) fn reply(all: &StandIns, last: &ReceivedSms, text: &str) {
    let sid = format!("SM{}", all.identifiers.hexadecimal());
    let fields = vec![
        ("AccountSid", all.fake_carrier.credentials.twilio_account.clone()),
        ("ApiVersion", "2010-04-01".to_owned()),
        ("Body", text.to_owned()),
        ("From", last.number.clone()),
        ("FromCountry", "FR".to_owned()),
        ("MessageSid", sid.clone()),
        ("NumMedia", "0".to_owned()),
        ("NumSegments", "1".to_owned()),
        ("SmsMessageSid", sid.clone()),
        ("SmsSid", sid),
        ("SmsStatus", "received".to_owned()),
        ("To", last.sender.clone()),
    ];
    bring(all, format!("{}/v1/replies/twilio", all.fake_carrier.callbacks), fields);
}

fn bring(all: &StandIns, url: String, fields: Vec<(&'static str, String)>) {
    // The fragment configures Twilio's retries and is not part of the address.
    let url = url.split('#').next().unwrap_or_default().to_owned();
    let signature = sign(&all.fake_carrier.credentials.twilio_token, &url, &fields);
    let body = form::write(&fields);
    all.courier.bring(CarrierName::Twilio, move || request(&url, &signature, &body));
}

fn request(url: &str, signature: &str, body: &str) -> Option<HttpRequest> {
    let headers = vec![
        ("content-type", "application/x-www-form-urlencoded".to_owned()),
        ("x-twilio-signature", signature.to_owned()),
    ];
    courier::request("POST", url, headers, body.to_owned())
}

/// Base64 of HMAC-SHA1 over the called address, then every field, sorted by name.
fn sign(token: &str, url: &str, fields: &[(&str, String)]) -> String {
    let mut sorted: Vec<_> = fields.iter().collect();
    sorted.sort();
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(url.as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_twilios_own_example() {
        // https://www.twilio.com/docs/usage/security, "Validating signatures from Twilio".
        let fields = [
            ("CallSid", "CA1234567890ABCDE".to_owned()),
            ("Digits", "1234".to_owned()),
            ("From", "+14158675309".to_owned()),
            ("To", "+18005551212".to_owned()),
            ("Caller", "+14158675309".to_owned()),
        ];
        let signature = sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", &fields);
        assert_eq!(signature, "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    }
}
