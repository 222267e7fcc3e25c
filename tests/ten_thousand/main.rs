//! One send to ten thousand people: time, rate, billed units and memory.
//!
//! `cargo run --profile rehearsal -p carillon-tests --bin ten-thousand`

use std::{fs, time::Instant};

use carillon_tests::{Service, pupils_csv};
use serde_json::{Value, json};

const PEOPLE: u32 = 10_000;

#[tokio::main]
async fn main() {
    let metered = std::env::args().any(|argument| argument == "--meter");
    let service = Service::start_with(if metered { &["--meter"] } else { &[] }).await;
    let (_, admin) = service.licensed_school().await;
    let number = |index: u32| format!("075000{:02}{:02}", index / 100, index % 100);
    let started = Instant::now();
    admin.import(pupils_csv(0..PEOPLE, number)).await.expect(200);
    println!("import of {} lines        {:>9.0} ms", 2 * PEOPLE, started.elapsed().as_secs_f64() * 1e3);
    let order = json!({
        "view": "pupils", "selection": { "everyone": true },
        "text": {
            "audience": "guardians", "context": "meeting",
            "body": "{{school.name}} : réunion pour {{pupils}} le {{meeting.date}} à {{meeting.time}}. Merci de confirmer votre présence.",
        },
        "values": { "meeting.date": "30/11", "meeting.time": "18h" },
    });
    let started = Instant::now();
    let preview = admin.post("/v1/sends/preview", &order).await.expect(200);
    println!("preview                        {:>9.0} ms", started.elapsed().as_secs_f64() * 1e3);
    assert_eq!(preview["totals"]["messages"], PEOPLE);

    let before = service.running().meter().read();
    let started = Instant::now();
    let send = admin.post_once("/v1/sends", &order).await.expect(201);
    let accepted = started.elapsed();
    println!("accepting the send             {:>9.0} ms", accepted.as_secs_f64() * 1e3);
    while service.running().waiting() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let delivered = started.elapsed();
    println!("delivery, from the request on  {:>9.0} ms", delivered.as_secs_f64() * 1e3);
    println!("rate                           {:>9.0} texts/s", f64::from(PEOPLE) / delivered.as_secs_f64());
    let units = service.running().meter().read().since(before);

    let settled = service.settled(&admin, send["id"].as_str().expect("an id")).await;
    assert_eq!(settled["states"], json!({ "delivered": PEOPLE }), "every text came");
    let mut phones = 0;
    for index in 0..PEOPLE {
        phones += u32::from(service.phone(&number(index)).await.len() == 1);
    }
    assert_eq!(phones, PEOPLE, "every phone has one text");
    println!("phones with exactly one text   {phones:>9}");
    if metered {
        let per_thousand = |units: f64| units / f64::from(PEOPLE) * 1e3;
        println!("billed units per 1,000         {:>9.1}", per_thousand(units.total()));
        println!("  DynamoDB reads               {:>9.1}", per_thousand(units.reads));
        println!("  DynamoDB writes              {:>9.1}", per_thousand(units.writes));
        println!("  SQS requests                 {:>9.1}", per_thousand(units.queue_requests as f64));
        println!("  Lambda invocations           {:>9.1}", per_thousand(units.invocations as f64));
        println!("  API requests                 {:>9.1}", per_thousand(units.api_requests as f64));
    }
    println!("peak memory of the process     {:>9.1} MB", peak_memory_mb().as_f64().unwrap_or(0.0));
}

/// The kernel's own figure, if any.
fn peak_memory_mb() -> Value {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<f64>().ok());
    json!(kilobytes.map(|kilobytes| kilobytes / 1024.0))
}
