//! The engine behind the real SDK.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, ConditionCheck, KeySchemaElement, KeyType,
    KeysAndAttributes, Put, PutRequest, ScalarAttributeType, TransactWriteItem, WriteRequest,
};

use super::*;

const TABLE: &str = "table";

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.into())
}

fn key(sk: &str) -> HashMap<String, AttributeValue> {
    HashMap::from([("PK".into(), text("p")), ("SK".into(), text(sk))])
}

async fn with_table(engine: &Engine) -> Client {
    let client = engine.client();
    let attribute = |name| {
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build()
    };
    let part = |name, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(attribute("PK").unwrap())
        .attribute_definitions(attribute("SK").unwrap())
        .key_schema(part("PK", KeyType::Hash).unwrap())
        .key_schema(part("SK", KeyType::Range).unwrap())
        .send()
        .await
        .unwrap();
    client
}

async fn put(client: &Client, sk: &str) {
    client.put_item().table_name(TABLE).set_item(Some(key(sk))).send().await.unwrap();
}

async fn has(client: &Client, sk: &str) -> bool {
    client.get_item().table_name(TABLE).set_key(Some(key(sk))).send().await.unwrap().item.is_some()
}

async fn put_and_query() {
    let client = with_table(&Engine::memory().unwrap()).await;
    put(&client, "b").await;
    put(&client, "a").await;
    assert!(has(&client, "a").await && !has(&client, "c").await);
    let query = client
        .query()
        .table_name(TABLE)
        .key_condition_expression("PK = :p AND SK BETWEEN :a AND :b")
        .expression_attribute_values(":p", text("p"))
        .expression_attribute_values(":a", text("a"))
        .expression_attribute_values(":b", text("b"))
        .limit(1)
        .send()
        .await
        .unwrap();
    assert_eq!(query.items(), [key("a")]);
    assert_eq!(query.last_evaluated_key(), Some(&key("a")));
}

#[tokio::test]
async fn it_works_on_one_thread() {
    put_and_query().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_works_on_many_threads() {
    tokio::spawn(put_and_query()).await.unwrap();
}

#[tokio::test]
async fn failed_conditions_are_the_sdk_s_errors() {
    let client = with_table(&Engine::memory().unwrap()).await;
    put(&client, "a").await;
    let again = client
        .put_item()
        .table_name(TABLE)
        .set_item(Some(key("a")))
        .condition_expression("attribute_not_exists(PK)")
        .send()
        .await;
    assert!(again.unwrap_err().into_service_error().is_conditional_check_failed_exception());

    let new = Put::builder().table_name(TABLE).set_item(Some(key("b"))).build().unwrap();
    let absent = ConditionCheck::builder()
        .table_name(TABLE)
        .set_key(Some(key("c")))
        .condition_expression("attribute_exists(PK)")
        .build()
        .unwrap();
    let transaction = client
        .transact_write_items()
        .transact_items(TransactWriteItem::builder().put(new).build())
        .transact_items(TransactWriteItem::builder().condition_check(absent).build())
        .send()
        .await;
    let TransactWriteItemsError::TransactionCanceledException(canceled) =
        transaction.unwrap_err().into_service_error()
    else {
        panic!("another error")
    };
    let codes: Vec<_> =
        canceled.cancellation_reasons().iter().map(|reason| reason.code()).collect();
    assert_eq!(codes, [Some("None"), Some("ConditionalCheckFailed")]);
    assert!(!has(&client, "b").await);
}

#[tokio::test]
async fn wrong_requests_are_refused_as_by_dynamodb() {
    let client = Engine::memory().unwrap().client();
    let missing = client.get_item().table_name(TABLE).set_key(Some(key("a"))).send().await;
    assert!(missing.unwrap_err().into_service_error().is_resource_not_found_exception());
    let short = client.get_item().table_name("t").set_key(Some(key("a"))).send().await;
    let short = short.unwrap_err().into_service_error();
    assert_eq!(short.meta().code(), Some("ValidationException"));
    assert!(
        short.meta().message().is_some_and(|text| text.starts_with("1 validation error detected"))
    );
    let unknown = client.describe_limits().send().await;
    assert_eq!(
        unknown.unwrap_err().into_service_error().meta().code(),
        Some("UnknownOperationException")
    );
}

#[tokio::test]
async fn what_is_too_much_for_one_answer_comes_back_unprocessed() {
    let client = with_table(&Engine::memory().unwrap()).await;
    let names: Vec<String> = (0..50).map(|n| format!("{n:02}")).collect();
    for names in names.chunks(10) {
        let writes = names.iter().map(|name| {
            let big = ("big".into(), text(&"x".repeat(390_000)));
            let item = key(name).into_iter().chain([big]).collect();
            WriteRequest::builder()
                .put_request(PutRequest::builder().set_item(Some(item)).build().unwrap())
                .build()
        });
        let written =
            client.batch_write_item().request_items(TABLE, writes.collect()).send().await.unwrap();
        assert_eq!(written.unprocessed_items().map(HashMap::len), Some(0));
    }
    let keys = names.iter().map(|name| key(name)).collect();
    let all = KeysAndAttributes::builder().set_keys(Some(keys)).build().unwrap();
    let read = client.batch_get_item().request_items(TABLE, all).send().await.unwrap();
    let got = read.responses().map_or(0, |tables| tables[TABLE].len());
    let left = read.unprocessed_keys().map_or(0, |tables| tables[TABLE].keys().len());
    assert!(left > 0 && got + left == names.len(), "{got} read, {left} left");
}

#[derive(Debug)]
struct Refuse;

impl Intercept for Refuse {
    fn name(&self) -> &'static str {
        "Refuse"
    }

    fn read_before_transmit(
        &self,
        _: &aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut aws_smithy_types::config_bag::ConfigBag,
    ) -> Result<(), aws_smithy_runtime_api::box_error::BoxError> {
        Err("refused".into())
    }
}

#[tokio::test]
async fn an_interceptor_sees_every_call() {
    let engine = Engine::memory().unwrap();
    with_table(&engine).await;
    let refused = engine
        .client_with(Refuse)
        .get_item()
        .table_name(TABLE)
        .set_key(Some(key("a")))
        .send()
        .await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn a_directory_is_opened_once_and_keeps_its_data() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("data");
    let engine = Engine::open(&path).unwrap();
    let client = with_table(&engine).await;
    put(&client, "a").await;
    let second = Engine::open(&path).unwrap_err();
    assert!(matches!(&second, EngineError::InUse(directory) if *directory == path));
    assert!(second.to_string().contains(&*path.to_string_lossy()));

    drop((engine, client));
    assert!(has(&Engine::open(&path).unwrap().client(), "a").await);
}

/// What is copied is as it is in the directory, and nothing comes into being there, while it is open and when it is not.
#[tokio::test]
async fn a_copy_touches_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("50%25 of #1?");
    let files = || {
        let files = std::fs::read_dir(&path).unwrap().map(|file| file.unwrap().file_name());
        files.collect::<std::collections::BTreeSet<_>>()
    };
    let copied = async |sk| has(&Engine::copy_of(&path).unwrap().client(), sk).await;
    assert!(matches!(Engine::copy_of(&path), Err(EngineError::Absent(_))));
    assert!(!path.exists());

    let engine = Engine::open(&path).unwrap();
    let client = with_table(&engine).await;
    put(&client, "a").await;
    drop((engine, client));
    let before = files();
    assert!(copied("a").await && !copied("b").await);
    assert_eq!(files(), before);
    // What is written last stands in the log only.
    let engine = Engine::open(&path).unwrap();
    put(&engine.client(), "b").await;
    assert!(copied("b").await);
    put(&engine.client(), "c").await;
    assert!(copied("c").await);
}
