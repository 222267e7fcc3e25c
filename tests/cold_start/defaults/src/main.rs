//! A function with three DynamoDB calls and default settings throughout.

use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use lambda_http::{Body, Error, Request, Response, run, service_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_http::tracing::init_default_subscriber();
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let dynamodb = Client::new(&config);
    let _sqs = aws_sdk_sqs::Client::new(&config);
    let _sns = aws_sdk_sns::Client::new(&config);
    run(service_fn(|_: Request| answer(&dynamodb))).await
}

async fn answer(dynamodb: &Client) -> Result<Response<Body>, Error> {
    for key in ["one", "two", "three"] {
        dynamodb
            .get_item()
            .table_name("carillon")
            .key("pk", AttributeValue::S(key.to_owned()))
            .key("sk", AttributeValue::S(key.to_owned()))
            .send()
            .await?;
    }
    Ok(Response::new(Body::Empty))
}
