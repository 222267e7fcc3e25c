//! Embedded DynamoDB: an emulator over SQLite, on loopback for the real SDK.

use aws::Aws;
use aws_sdk_dynamodb::{
    error::ProvideErrorMetadata,
    types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType},
};
use dynoxide::Database;
use tokio::net::TcpListener;

use crate::{StartError, data_dir::DataDir};

/// The service's table.
pub(crate) const TABLE: &str = "carillon";
/// The table of the local queue.
pub(crate) const QUEUE_TABLE: &str = "carillon-local-queue";

/// Opens the database of the folder.
pub(crate) fn open(data: &DataDir) -> Result<Database, StartError> {
    let path = data.database();
    let damaged = |cause: String| StartError::DataDamaged { path: data.path().to_owned(), cause };
    let database = Database::new(&path.to_string_lossy()).map_err(|error| damaged(error.to_string()))?;
    // A damaged file may open, and fail at the first query.
    database.table_count().map_err(|error| damaged(error.to_string()))?;
    Ok(database)
}

/// Serves the database until the process ends.
pub(crate) fn serve(listener: TcpListener, database: Database) {
    tokio::spawn(async move {
        if let Err(error) =
            dynoxide::server::serve_with_shutdown(listener, database, std::future::pending()).await
        {
            tracing::error!(error, "the embedded DynamoDB stopped");
        }
    });
}

/// Creates the missing tables.
pub(crate) async fn create_tables(aws: &Aws, data: &DataDir) -> Result<(), StartError> {
    let damaged = |cause: Option<&str>| StartError::DataDamaged {
        path: data.path().to_owned(),
        cause: cause.unwrap_or("no answer").to_owned(),
    };
    let there = aws.dynamodb().list_tables().send().await.map_err(|error| damaged(error.message()))?;
    for table in [TABLE, QUEUE_TABLE] {
        if there.table_names().iter().any(|name| name == table) {
            continue;
        }
        aws.dynamodb()
            .create_table()
            .table_name(table)
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(attribute("pk"))
            .attribute_definitions(attribute("sk"))
            .key_schema(key("pk", KeyType::Hash))
            .key_schema(key("sk", KeyType::Range))
            .send()
            .await
            .map_err(|error| damaged(error.message()))?;
    }
    Ok(())
}

fn attribute(name: &str) -> AttributeDefinition {
    AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(ScalarAttributeType::S)
        .build()
        .expect("name and type are set")
}

fn key(name: &str, key_type: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder()
        .attribute_name(name)
        .key_type(key_type)
        .build()
        .expect("name and type are set")
}
