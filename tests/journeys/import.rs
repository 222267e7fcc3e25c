//! Files of people, over HTTP.

use carillon_tests::{Service, pupils_csv};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_report_tells_of_each_line_and_a_second_import_changes_nothing() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let file = "Nom;Prénom;Catégorie;Tél. portable;Couleur\r\n\
        DURAND;Zoé;professeur;06.39.98.00.10;bleu\r\n\
        \r\n\
        PETIT;Luc;professeur;01 42 34 56 78;vert\r\n\
        ROY;Léa;professeur;639980011;\r\n";
    let report = admin.import(file).await.expect(200);
    assert_eq!((&report["created"], &report["refused"]), (&json!(2), &json!(1)));
    assert_eq!(report["ignored_columns"], json!(["Couleur"]));
    let lines: Vec<_> = report["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| (l["line"].clone(), l["outcome"].clone()))
        .collect();
    assert_eq!(
        lines,
        [(json!(2), json!("created")), (json!(4), json!("refused")), (json!(5), json!("created"))]
    );
    assert!(report["reasons"]["phone_landline"].as_str().unwrap().contains("fixe"));

    let people = admin.get("/v1/people").await.expect(200);
    let again = admin.import(file).await.expect(200);
    assert_eq!(
        (&again["created"], &again["updated"], &again["unchanged"]),
        (&json!(0), &json!(0), &json!(2))
    );
    assert_eq!(admin.get("/v1/people").await.expect(200), people);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_lines_are_imported_at_once() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let file = pupils_csv(0..10_000, |index| {
        format!(
            "07 5{} {:02} {:02} {:02}",
            index / 1_000_000 % 10,
            index / 10_000 % 100,
            index / 100 % 100,
            index % 100
        )
    });
    let report = admin.import(file.clone()).await.expect(200);
    assert_eq!((&report["created"], &report["refused"]), (&json!(20_000), &json!(0)));
    let again = admin.import(file).await.expect(200);
    assert_eq!(
        (&again["unchanged"], &again["updated"], &again["created"]),
        (&json!(20_000), &json!(0), &json!(0))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_imports_at_once_do_not_create_anybody_twice() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let file = pupils_csv(0..200, |index| format!("06 39 98 00 {:02}", 10 + index % 90));
    let answers = futures_util::future::join_all((0..5).map(|_| admin.import(file.clone()))).await;
    for answer in &answers {
        if answer.status != 200 {
            assert_eq!((answer.status, answer.problem()), (409, "import-running"));
        }
    }
    let people = admin.get("/v1/people?limit=500").await.expect(200);
    assert_eq!(people["people"].as_array().unwrap().len(), 400);
    assert_eq!(people.get("next_cursor"), None);
}
