//! Plans of imports over HTTP: seen, decided, applied, undone.

use carillon_tests::{Client, Service};
use reqwest::Method;
use serde_json::{Value, json};

const SCHOOL: &str = "Catégorie;Nom;Prénom;Classe;Portable;Enfant;Classe enfant\n\
    élève;MARTIN;Emma;6e A;;;\nélève;DURAND;Hugo;6e A;;;\nélève;PETIT;Zoé;6e B;;;\n\
    responsable;MARTIN;Claire;;06 39 98 00 10;MARTIN Emma;6e A\n\
    responsable;DURAND;Paul;;06 39 98 00 11;DURAND Hugo;6e A\n\
    responsable;PETIT;Anne;;06 39 98 00 12;PETIT Zoé;6e B\n";

async fn plan(admin: &Client, scope: &str, file: &str) -> Value {
    admin.plan_import(scope, "text/csv", file.to_owned()).await.expect(201)
}

fn path(import: &Value, action: &str) -> String {
    format!("/v1/imports/{}{action}", import["id"].as_str().unwrap())
}

async fn names(admin: &Client, present: bool) -> Vec<String> {
    let people = admin.get("/v1/people?limit=100").await.expect(200);
    let mut names: Vec<String> = people["people"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|person| person.get("archived_at").is_none() == present)
        .map(|person| person["first_name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// The outcomes of named rows, in order.
fn outcomes(import: &Value) -> Vec<String> {
    let rows = import["rows"].as_array().unwrap().iter();
    rows.map(|row| format!("{} {}", row["name"].as_str().unwrap(), row["outcome"].as_str().unwrap()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_writes_nothing_until_it_is_applied_as_it_was_seen_and_can_be_undone() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let planned = plan(&admin, "whole_school", SCHOOL).await;
    assert_eq!((&planned["stage"], &planned["counts"]["created"]), (&json!("planned"), &json!(6)));
    assert_eq!(
        planned["rows"][3]["changes"][1],
        json!({ "field": "child", "before": null, "after": "Emma MARTIN" })
    );
    assert_eq!(names(&admin, true).await, [""; 0]);

    let digest = planned["digest"].as_str().unwrap();
    let wrong = admin.post(&path(&planned, "/apply"), &json!({ "digest": "0000" })).await;
    assert_eq!((wrong.status, wrong.problem()), (412, "precondition-failed"));
    let early = admin.post(&path(&planned, "/undo"), &json!({})).await;
    assert_eq!((early.status, early.problem()), (409, "state-conflict"));
    let applied = admin.post(&path(&planned, "/apply"), &json!({ "digest": digest })).await.expect(200);
    assert_eq!((&applied["stage"], &applied["written"]), (&json!("applied"), &json!(6)));
    let people = names(&admin, true).await;
    assert_eq!(people, ["Anne", "Claire", "Emma", "Hugo", "Paul", "Zoé"]);
    // A repeated request changes nothing.
    let again = admin.post(&path(&planned, "/apply"), &json!({ "digest": digest })).await.expect(200);
    assert_eq!(again, applied);

    // The next file: Zoé has left, Hugo moves, Lina is new.
    let next = "Catégorie;Nom;Prénom;Classe\nélève;MARTIN;Emma;6e A\nélève;DURAND;Hugo;6e C\n\
        élève;ROY;Lina;6e B\n";
    let same_names = admin.request(Method::POST, "/v1/imports?scope=whole_school&pupils_moved=true");
    let same_names = same_names.header("content-type", "text/csv").body(next);
    let moved = admin.send(same_names).await.expect(201);
    assert_eq!(
        outcomes(&moved),
        ["Emma MARTIN unchanged", "Hugo DURAND moved", "Lina ROY created", "Zoé PETIT archived"]
    );
    let order = json!({ "digest": moved["digest"] });
    let moved = admin.post(&path(&moved, "/apply"), &order).await.expect(200);
    assert_eq!(names(&admin, true).await, ["Anne", "Claire", "Emma", "Hugo", "Lina", "Paul"]);
    assert_eq!(names(&admin, false).await, ["Zoé"]);

    // Nobody who left is written to, nor a parent of nobody else.
    let template = json!({
        "label": "Réunion", "audience": "guardians", "context": "meeting", "body": "Réunion jeudi.",
    });
    let template = admin.post("/v1/templates", &template).await.expect(201)["id"].clone();
    let everyone =
        |view: &str| json!({ "view": view, "selection": { "everyone": true }, "template": template });
    for view in ["pupils", "guardians"] {
        let preview = admin.post("/v1/sends/preview", &everyone(view)).await.expect(200);
        assert_eq!(preview["kept"].as_array().unwrap().len(), 2, "{view}: {preview:#}");
    }

    // Only the last one is undone; whoever was changed since stays.
    let first = admin.post(&path(&planned, "/undo"), &json!({})).await;
    assert_eq!((first.status, first.problem()), (409, "state-conflict"));
    let lina = moved["rows"][2]["person"].as_str().unwrap().to_owned();
    let changed = json!({ "audience": "pupils", "first_name": "Lina", "last_name": "ROYER" });
    admin.change(Method::PUT, &format!("/v1/people/{lina}"), &changed).await.expect(200);
    let undone = admin.post(&path(&moved, "/undo"), &json!({})).await.expect(200);
    assert_eq!((&undone["stage"], &undone["rows"][2]["left_alone"]), (&json!("undone"), &json!(true)));
    assert_eq!(names(&admin, true).await, ["Anne", "Claire", "Emma", "Hugo", "Lina", "Paul", "Zoé"]);
    let hugo = admin.get("/v1/people?limit=100").await.expect(200);
    let hugo =
        hugo["people"].as_array().unwrap().iter().find(|person| person["first_name"] == "Hugo").cloned();
    assert_eq!(hugo.unwrap()["class"], "6e A");
    // Then the first one is the last.
    admin.post(&path(&planned, "/undo"), &json!({})).await.expect(200);
    assert_eq!(names(&admin, true).await, ["Lina"]);
    let list = admin.get("/v1/imports").await.expect(200);
    assert_eq!(list["imports"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubtful_person_waits_for_a_decision_and_a_wrong_file_for_a_confirmation() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    admin.import_as("whole_school", "text/csv", SCHOOL).await.expect(200);
    let file =
        "Catégorie;Nom;Prénom;Classe\nélève;MARTIN;Emma;5e C\nélève;ROY;Lina;6e B\nélève;ROY;Luc;6e B\n";
    let planned = plan(&admin, "whole_school", file).await;
    assert_eq!(planned["guards"], json!(["many_archived", "few_recognised"]));
    let doubtful = &planned["rows"][0];
    assert_eq!(
        (&doubtful["outcome"], &doubtful["reason"]),
        (&json!("doubtful"), &json!("pupil_in_another_class"))
    );
    let candidate = &doubtful["candidates"][0];
    assert_eq!((&candidate["name"], &candidate["class"]), (&json!("Emma MARTIN"), &json!("6e A")));

    let digest = &planned["digest"];
    let unconfirmed = admin.post(&path(&planned, "/apply"), &json!({ "digest": digest })).await;
    assert_eq!(unconfirmed.status, 422);
    let codes: Vec<_> = unconfirmed.body["errors"].as_array().unwrap().iter().map(|e| &e["code"]).collect();
    assert_eq!(codes, ["many_archived", "few_recognised"]);
    let guards = &planned["guards"];
    for (decision, code) in [
        (json!({ "record": "pupil-7", "new": true }), "not_doubtful"),
        (json!({ "record": "adult-00", "new": true }), "not_doubtful"),
        (json!({ "record": "pupil-0" }), "no_decision"),
        (json!({ "record": "pupil-0", "person": "per_01J0000000000000000000000A" }), "not_a_candidate"),
        (json!({ "record": "pupil-0", "new": true, "person": candidate["person"] }), "no_decision"),
    ] {
        let order = json!({ "digest": digest, "decisions": [decision], "confirmed": guards });
        let refused = admin.post(&path(&planned, "/apply"), &order).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["code"]), (422, &json!(code)));
        assert_eq!(refused.body["errors"][0]["pointer"], "/decisions/0");
    }
    assert_eq!(names(&admin, false).await, [""; 0], "nothing was written");
    let decision = json!({ "record": "pupil-0", "person": candidate["person"] });
    let order = json!({ "digest": digest, "decisions": [decision], "confirmed": guards });
    let applied = admin.post(&path(&planned, "/apply"), &order).await.expect(200);
    assert_eq!(outcomes(&applied)[0], "Emma MARTIN moved");
    assert_eq!(names(&admin, false).await, ["Hugo", "Zoé"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_the_directory_has_outrun_is_read_again() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    admin.import_as("whole_school", "text/csv", SCHOOL).await.expect(200);
    let planned = plan(
        &admin,
        "additions",
        "Catégorie;Nom;Prénom;Classe;Date de naissance\nélève;MARTIN;Emma;6e A;01/02/2014\n",
    )
    .await;
    assert_eq!(outcomes(&planned), ["Emma MARTIN updated"]);
    let emma = format!("/v1/people/{}", planned["rows"][0]["person"].as_str().unwrap());
    let body = json!({ "audience": "pupils", "first_name": "Emma", "last_name": "MARTIN", "class": "6e A", "external_id": "E1" });
    admin.change(Method::PUT, &emma, &body).await.expect(200);
    let order = json!({ "digest": planned["digest"] });
    assert_eq!(admin.post(&path(&planned, "/apply"), &order).await.status, 412);
    let read = admin.get(&path(&planned, "")).await.expect(200);
    assert_ne!(read["digest"], planned["digest"]);
    admin.post(&path(&planned, "/apply"), &json!({ "digest": read["digest"] })).await.expect(200);
    let emma = admin.get(&emma).await.expect(200);
    assert_eq!((&emma["birth_date"], &emma["external_id"]), (&json!("2014-02-01"), &json!("E1")));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_files_of_a_form_are_one_plan_and_a_page_or_a_file_shows_it() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let (pupils, adults) = (
        "Catégorie;Nom;Prénom;Classe\nélève;MARTIN;Emma;6e A\nélève;MARTIN;=Hugo;6e A\n",
        "Catégorie;Nom;Prénom;Portable;Enfant;Classe enfant\nresponsable;MARTIN;Claire;01 99 00 12 34;MARTIN Emma;6e A\n",
    );
    let form = |files: &[(&str, &str)]| {
        let mut body = String::new();
        for (name, file) in files {
            body += &format!(
                "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{file}\r\n"
            );
        }
        body + "--x--\r\n"
    };
    const FORM: &str = "multipart/form-data; boundary=x";
    let both = form(&[("eleves.csv", pupils), ("parents.csv", adults)]);
    let planned = admin.plan_import("whole_school", FORM, both).await.expect(201);
    assert_eq!(planned["files"], json!(["eleves.csv", "parents.csv"]));
    assert_eq!((&planned["counts"]["created"], &planned["rows"][2]["file"]), (&json!(3), &json!(1)));

    let first = admin.get(&path(&planned, "?outcome=created&limit=2")).await.expect(200);
    assert_eq!(first["rows"].as_array().unwrap().len(), 2);
    let cursor = first["next_cursor"].as_str().unwrap();
    let next =
        admin.get(&path(&planned, &format!("?outcome=created&limit=2&cursor={cursor}"))).await.expect(200);
    assert_eq!((outcomes(&next), next.get("next_cursor")), (vec!["Claire MARTIN created".to_owned()], None));
    let elsewhere = admin.get(&path(&planned, &format!("?limit=2&cursor={cursor}"))).await;
    assert_eq!((elsewhere.status, elsewhere.problem()), (400, "invalid-cursor"));
    assert_eq!(admin.get(&path(&planned, "?outcome=lost")).await.status, 422);
    let (kind, file) = admin.download(&path(&planned, ""), "text/csv").await;
    assert!(kind.starts_with("text/csv"));
    let file = String::from_utf8(file).unwrap();
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(
        lines[0],
        "\u{feff}\"Fichier\";\"Ligne\";\"Nom\";\"Résultat\";\"Raison\";\"Personnes possibles\";\"Changements\";\"Cases à vérifier\""
    );
    assert!(lines[2].contains("\"'=Hugo MARTIN\""), "no formula: {}", lines[2]);
    assert!(
        lines[3].contains("\"enfant : – → Emma MARTIN\"") && lines[3].contains("01 99 00 12 34"),
        "{}",
        lines[3]
    );

    let broken = admin.plan_import("whole_school", FORM, "--x\r\nnothing").await;
    assert_eq!((broken.status, broken.problem()), (400, "malformed-request"));
    let empty = admin.plan_import("whole_school", FORM, "--x--\r\n").await;
    assert_eq!((empty.status, &empty.body["errors"][0]["code"]), (422, &json!("no_file")));
    let wrong = form(&[("eleves.csv", pupils), ("notes.csv", "A;B\n1;2\n")]);
    let wrong = admin.plan_import("whole_school", FORM, wrong).await;
    assert_eq!((wrong.status, &wrong.body["errors"][0]["pointer"]), (422, &json!("/1")));
    assert_eq!(admin.plan_import("half", "text/csv", pupils).await.body["errors"][0]["pointer"], "/scope");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_says_what_a_column_is_once_and_for_all_its_files() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let file = "Catégorie;Nom;Prénom;Tél. XYZ;Couleur\npersonnel;ROY;Anne;06 39 98 00 10;bleu\n";
    let meaning = |plan: &Value, place: usize| plan["columns"][place]["meaning"].as_str().unwrap().to_owned();
    let before = plan(&admin, "additions", file).await;
    assert_eq!(meaning(&before, 4), "ignored");
    let mapping = json!({ "columns": [
        { "header": "TEL XYZ", "meaning": "ignored" },
        { "header": "Couleur", "meaning": "person.external_id" },
    ] });
    admin.send(admin.request(Method::PUT, "/v1/import-columns").json(&mapping)).await.expect(200);
    let after = plan(&admin, "additions", file).await;
    assert_eq!(
        (meaning(&after, 3), meaning(&after, 4)),
        ("ignored".to_owned(), "person.external_id".to_owned())
    );
    assert_eq!(after["columns"][4]["label"], "identifiant");
    assert_eq!(
        after["rows"][0]["changes"],
        json!([{ "field": "external_id", "before": null, "after": "bleu" }])
    );
    let wrong = json!({ "columns": [{ "header": "X", "meaning": "person.shoe_size" }] });
    let wrong = admin.send(admin.request(Method::PUT, "/v1/import-columns").json(&wrong)).await;
    assert_eq!((wrong.status, &wrong.body["errors"][0]["pointer"]), (422, &json!("/columns/0/meaning")));
    assert_eq!(admin.get("/v1/import-columns").await.expect(200)["columns"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_another_school_is_not_found_and_an_erasure_discards_what_files_said() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let (_, stranger) = service.licensed_school().await;
    let applied = admin.import_as("whole_school", "text/csv", SCHOOL).await.expect(200);
    for action in ["", "/apply", "/undo"] {
        let path = path(&applied, action);
        let answer = match action {
            "" => stranger.get(&path).await,
            _ => stranger.post(&path, &json!({ "digest": "0" })).await,
        };
        assert_eq!((answer.status, answer.problem()), (404, "not-found"), "{action}");
    }
    let waiting = plan(&admin, "whole_school", SCHOOL).await;
    let emma = format!("/v1/people/{}", applied["rows"][0]["person"].as_str().unwrap());
    let etag = admin.get(&emma).await.etag.unwrap();
    let erase = admin.request(Method::DELETE, &format!("{emma}?erase=true")).header("if-match", etag);
    assert!(matches!(admin.send(erase).await.status, 200 | 202));
    for import in [&applied, &waiting] {
        let gone = admin.get(&path(import, "")).await;
        assert_eq!((gone.status, gone.problem()), (409, "state-conflict"));
    }
    let undo = admin.post(&path(&applied, "/undo"), &json!({})).await;
    assert_eq!((undo.status, undo.problem()), (409, "state-conflict"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_human_archives_a_person_and_brings_them_back() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let person = |archived: Value| json!({ "audience": "staff", "first_name": "Anne", "last_name": "ROY", "phone": "06 39 98 00 10", "archived": archived });
    let path = admin.post("/v1/people", &person(json!(false))).await.expect(201);
    let path = format!("/v1/people/{}", path["id"].as_str().unwrap());
    let order = json!({
        "view": "staff", "selection": { "everyone": true },
        "text": { "audience": "staff", "context": "information", "body": "Bonjour" },
    });
    let reached =
        async || admin.post("/v1/sends/preview", &order).await.body["kept"].as_array().map_or(0, Vec::len);
    assert_eq!(reached().await, 1);
    let archived = admin.change(Method::PUT, &path, &person(json!(true))).await.expect(200);
    let since = archived["archived_at"].clone();
    assert!(since.is_string());
    assert_eq!(reached().await, 0);
    // Without the field a person stays archived, since the same instant.
    let kept = admin.change(Method::PUT, &path, &person(Value::Null)).await.expect(200);
    assert_eq!(kept["archived_at"], since);
    let back = admin.change(Method::PUT, &path, &person(json!(false))).await.expect(200);
    assert_eq!(back.get("archived_at"), None);
    assert_eq!(reached().await, 1);
}
