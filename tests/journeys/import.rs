//! Files of people, over HTTP.

use carillon_tests::{Functions, Service, pupils_csv};
use domain::{
    clock::Clock,
    directory::{ExternalId, IdentifierScheme},
    school::SchoolYear,
    territory::Territory,
};
use reqwest::Method;
use runtime::SystemClock;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn the_report_tells_of_everybody_and_a_second_import_changes_nothing() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let file = "Nom;Prénom;Catégorie;Tél. portable;Couleur\r\n\
        DURAND;Zoé;professeur;06.39.98.00.10;bleu\r\n\
        \r\n\
        PETIT;Luc;professeur;01 99 00 56 78;vert\r\n\
        ROY;;professeur;639980011;\r\n";
    let report = admin.import(file).await.expect(200);
    let meanings: Vec<_> = rows(&report["columns"]).iter().map(|column| &column["meaning"]).collect();
    assert_eq!(
        meanings,
        ["person.last_name", "person.first_name", "person.category", "person.mobile", "ignored"]
    );
    // A landline costs the number, not the person; without a first name nobody comes in.
    let lines: Vec<_> = rows(&report["rows"])
        .iter()
        .map(|row| (&row["line"], &row["outcome"], row["notes"][0]["reason"].as_str().unwrap_or_default()))
        .collect();
    let (created, refused) = (json!("created"), json!("refused"));
    assert_eq!(
        lines,
        [(&json!(2), &created, ""), (&json!(4), &created, "phone_landline"), (&json!(5), &refused, "name")]
    );
    assert!(report["reasons"]["phone_landline"].as_str().unwrap().contains("fixe"));

    let people = admin.get("/v1/people").await.expect(200);
    let again = admin.import(file).await.expect(200);
    assert_eq!(
        (&again["counts"]["created"], &again["counts"]["updated"], &again["counts"]["unchanged"]),
        (&json!(0), &json!(0), &json!(2))
    );
    assert_eq!(admin.get("/v1/people").await.expect(200), people);
}

/// The two files of SIECLE, one after the other, as those of this school year.
#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_siecle_come_in_unedited_and_a_preview_reaches_the_right_families() {
    const PUPILS: &[u8] = include_bytes!("../../shared/roster/tests/samples/siecle/ElevesSansAdresses.xml");
    const ADULTS: &[u8] =
        include_bytes!("../../shared/roster/tests/samples/siecle/ResponsablesAvecAdresses.xml");
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let import =
        async |file: Vec<u8>| admin.import_as("whole_school", "application/octet-stream", file).await;
    let this_year = SchoolYear::of(SystemClock.now(), Territory::Metropole.time_zone()).first_year();
    let (pupils, adults) = (of_year(PUPILS, this_year), of_year(ADULTS, this_year));
    for (place, (wrong, code)) in [
        (of_year(PUPILS, this_year - 1), "another_school_year"),
        (replaced(&pupils, "0951099D", "0820683X"), "another_school"),
    ]
    .into_iter()
    .enumerate()
    {
        let refused = import(wrong).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["code"]), (422, &json!(code)), "{place}");
    }
    let pupils = import(pupils).await.expect(200);
    let counts = &pupils["counts"];
    assert_eq!(
        (&counts["created"], &counts["doubtful"], &counts["not_here"]),
        (&json!(11), &json!(0), &json!(1))
    );
    let again = adults.clone();
    let adults = import(adults).await.expect(200);
    let counts = &adults["counts"];
    assert_eq!((&counts["created"], &counts["doubtful"]), (&json!(15), &json!(0)), "{adults:#}");
    let again = import(again).await.expect(200);
    assert_eq!((&again["counts"]["unchanged"], &again["writes"]), (&json!(15), &json!(0)));

    let people = admin.get("/v1/people?limit=100").await.expect(200)["people"].as_array().unwrap().clone();
    let person = |first: &str, last: &str, class: Option<&str>| {
        let is = |person: &&serde_json::Value| {
            person["first_name"] == first
                && person["last_name"] == last
                && class.is_none_or(|class| person["class"] == class)
        };
        people.iter().find(is).unwrap().clone()
    };
    let emma = person("Emma", "MARTIN", Some("5C"));
    assert_eq!(
        (&emma["birth_date"], &emma["identifiers"]["ine"]),
        (&json!("2014-02-01"), &json!("120000007GG"))
    );
    let karim = person("Karim", "MARTIN", None);
    assert_eq!(karim["guardianships"][0]["pupil"], emma["id"]);
    assert_eq!(karim["guardianships"][0]["kinship"], "father");
    let template = json!({
        "label": "Absence", "audience": "guardians", "context": "absence", "body": "{{pupil.name}} est absente.",
    });
    let template = admin.post("/v1/templates", &template).await.expect(201)["id"].clone();
    let order = json!({
        "view": "pupils", "selection": { "people": [emma["id"]] }, "template": template, "values": {},
    });
    let preview = admin.post("/v1/sends/preview", &order).await.expect(200);
    let kept: Vec<_> = preview["kept"].as_array().unwrap().iter().map(|kept| &kept["person"]).collect();
    assert_eq!(kept, [&karim["id"]], "one of two Emma MARTIN: only her father");
    // A grandmother who is a contact only gets no news.
    let yanis = person("Yanis", "BENALI", None)["id"].clone();
    let order = json!({
        "view": "pupils", "selection": { "people": [yanis] }, "template": template, "values": {},
    });
    let preview = admin.post("/v1/sends/preview", &order).await.expect(200);
    let dropped = &preview["dropped"][0];
    assert_eq!(
        (&dropped["person"], &dropped["reason"]),
        (&person("Fatima", "BENALI", None)["id"], &json!("contact_only"))
    );
    assert_eq!(preview["kept"][0]["person"], person("Samira", "BENALI", None)["id"]);
}

fn rows(list: &Value) -> &Vec<Value> {
    list.as_array().expect("a list")
}

fn of_year(file: &[u8], year: i16) -> Vec<u8> {
    replaced(file, "<ANNEE_SCOLAIRE>2026<", &format!("<ANNEE_SCOLAIRE>{year}<"))
}

/// A file of ISO-8859-15 with other words of ASCII.
fn replaced(file: &[u8], words: &str, by: &str) -> Vec<u8> {
    let latin: String = file.iter().map(|byte| char::from(*byte)).collect();
    latin.replace(words, by).chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

/// An import that ended between its people and their claims: the next one writes the claims.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_import_leaves_no_identifier_free_for_another() {
    let service = Service::start().await;
    let (school, admin) = service.licensed_school().await;
    let file = "Identifiant;Catégorie;Nom;Prénom\nE1;personnel;ROY;Anne\n";
    admin.import("Catégorie;Nom;Prénom\npersonnel;ROY;Anne\n").await.expect(200);
    let functions = Functions::of(&service);
    let table = functions.table();
    // The person with the identifier, as an import writes it before the claim.
    let mut people = table.all_people(school).await.unwrap();
    people[0].details.identifiers.give(IdentifierScheme::Other, ExternalId::parse("E1").unwrap(), None);
    people[0].version += 1;
    assert_eq!(table.replace_people(school, people).await.unwrap(), []);
    admin.import(file).await.expect(200);
    let other = json!({ "audience": "staff", "first_name": "Zoé", "last_name": "ROY", "external_id": "E1" });
    let refused = admin.post("/v1/people", &other).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["code"]), (422, &json!("identifier_taken")));
}

/// Two people with one identifier would be one person for the next import.
#[tokio::test(flavor = "multi_thread")]
async fn an_identifier_belongs_to_one_person_of_an_audience_whoever_asks_first() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let pupil = |first_name: &str, id: &str| json!({ "audience": "pupils", "first_name": first_name, "last_name": "ROY", "external_id": id });
    let bodies: Vec<_> = (0..10).map(|place| pupil(&format!("P{place}"), "E1")).collect();
    let answers =
        futures_util::future::join_all(bodies.iter().map(|body| admin.post("/v1/people", body))).await;
    let created: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(created.len(), 1, "ten at once");
    let refused = answers.iter().find(|answer| answer.status != 201).unwrap();
    assert_eq!((refused.status, refused.problem()), (422, "invalid-fields"));
    assert_eq!(refused.body["errors"][0]["pointer"], "/external_id");
    let first = created[0].body["id"].as_str().unwrap().to_owned();

    // A file cannot take it either, nor another person by a change.
    let file = "Identifiant;Catégorie;Nom;Prénom\nE1;élève;ROY;Autre\n";
    assert_eq!(admin.import(file).await.expect(200)["counts"]["doubtful"], 1);
    let other = admin.post("/v1/people", &pupil("Zoé", "E2")).await.expect(201)["id"].clone();
    let path = format!("/v1/people/{}", other.as_str().unwrap());
    let changed = admin.change(Method::PUT, &path, &pupil("Zoé", "E1")).await;
    assert_eq!((changed.status, &changed.body["errors"][0]["code"]), (422, &json!("identifier_taken")));
    // Another audience numbers apart.
    let teacher = json!({
        "audience": "teachers", "first_name": "Anne", "last_name": "ROY", "external_id": "E1",
    });
    admin.post("/v1/people", &teacher).await.expect(201);

    // Once given up or deleted, it is free again.
    let path_of_first = format!("/v1/people/{first}");
    admin.change(Method::PUT, &path_of_first, &pupil("P", "E9")).await.expect(200);
    admin.change(Method::PUT, &path, &pupil("Zoé", "E1")).await.expect(200);
    let version = admin.get(&path).await;
    let delete = admin.request(Method::DELETE, &path).header("if-match", version.etag.unwrap());
    assert_eq!(admin.send(delete).await.status, 204);
    admin.post("/v1/people", &pupil("Neuf", "E1")).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_lines_are_imported_at_once() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let file = pupils_csv(0..2_500, |index| {
        format!(
            "07 5{} {:02} {:02} {:02}",
            index / 1_000_000 % 10,
            index / 10_000 % 100,
            index / 100 % 100,
            index % 100
        )
    });
    let report = admin.import(file.clone()).await.expect(200);
    assert_eq!((&report["counts"]["created"], &report["counts"]["doubtful"]), (&json!(5_000), &json!(0)));
    let again = admin.import(file).await.expect(200);
    assert_eq!((&again["counts"]["unchanged"], &again["writes"]), (&json!(5_000), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_imports_at_once_do_not_create_anybody_twice() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let file = pupils_csv(0..200, |index| format!("06 39 98 00 {:02}", 10 + index % 90));
    let answers = futures_util::future::join_all((0..5).map(|_| admin.import(file.clone()))).await;
    // Whoever waits for another one, or saw a plan before it, is told so.
    for answer in &answers {
        let refusals = [(409, "import-running"), (412, "precondition-failed")];
        assert!(answer.status == 200 || refusals.contains(&(answer.status, answer.problem())), "{answer:?}");
    }
    let people = admin.get("/v1/people?limit=500").await.expect(200);
    assert_eq!(people["people"].as_array().unwrap().len(), 400);
    assert_eq!(people.get("next_cursor"), None);
}
