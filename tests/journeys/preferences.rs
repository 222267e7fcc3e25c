//! Preferences, and court decisions.

use carillon_tests::{Client, Service};
use reqwest::Method;
use serde_json::{Value, json};

const FILE: &str = "Identifiant;Catégorie;Nom;Prénom;Classe;Portable;Identifiant élève;Rang\n\
    E1;élève;MARTIN;Emma;6e A;;;\n\
    E2;élève;MARTIN;Hugo;5e B;;;\n\
    R1;responsable;MARTIN;Claire;;0639980010;E1;1\n\
    R1;responsable;MARTIN;Claire;;0639980010;E2;1\n\
    R2;responsable;MARTIN;Jean;;0639980011;E1;2\n\
    R2;responsable;MARTIN;Jean;;0639980011;E2;2\n";

async fn person(admin: &Client, external_id: &str) -> Value {
    let people = admin.get("/v1/people").await.expect(200);
    let found = people["people"].as_array().unwrap().iter().find(|p| p["external_id"] == external_id);
    found.unwrap().clone()
}

/// Replaces a person with one change.
async fn change(admin: &Client, mut person: Value, change: impl FnOnce(&mut Value)) {
    change(&mut person);
    let path = format!("/v1/people/{}", person["id"].as_str().unwrap());
    let fields = person.as_object_mut().unwrap();
    fields.remove("id");
    fields.remove("version");
    admin.change(Method::PUT, &path, &person).await.expect(200);
}

/// The lists of a preview: name and text, name and reason.
async fn lists(admin: &Client, context: &str, body: &str) -> (Vec<String>, Vec<String>) {
    let order = json!({
        "view": "pupils", "selection": { "everyone": true },
        "text": { "audience": "guardians", "context": context, "body": body },
    });
    let preview = admin.post("/v1/sends/preview", &order).await.expect(200);
    let lines = |list: &str, field: &str| -> Vec<String> {
        let line = |of: &Value| format!("{}: {}", of["name"].as_str().unwrap(), of[field].as_str().unwrap());
        preview[list].as_array().unwrap().iter().map(line).collect()
    };
    (lines("kept", "text"), lines("dropped", "reason"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_court_decision_about_one_child_overrides_everything_and_leaves_the_other_child() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FILE).await;
    let jean = person(&admin, "R2").await;
    change(&admin, jean, |jean| {
        jean["guardianships"][0]["no_contact"] = json!(true);
        jean["guardianships"][0]["accepts_sms"] = json!(true);
    })
    .await;
    let (kept, dropped) = lists(&admin, "absence", "{{pupil.first_name}} est absent(e).").await;
    assert_eq!(
        kept,
        [
            "Claire MARTIN: Emma est absent(e).",
            "Claire MARTIN: Hugo est absent(e).",
            "Jean MARTIN: Hugo est absent(e)."
        ]
    );
    assert_eq!(dropped, ["Jean MARTIN: no_contact"]);
    let (kept, dropped) = lists(&admin, "meeting", "Réunion pour {{pupils}}").await;
    assert_eq!(kept, ["Claire MARTIN: Réunion pour Emma et Hugo", "Jean MARTIN: Réunion pour Hugo"]);
    assert_eq!(dropped, ["Jean MARTIN: no_contact"]);

    // Neither an import nor a front end without the field lifts it.
    admin.import(FILE).await.expect(200);
    let jean = person(&admin, "R2").await;
    change(&admin, jean, |jean| {
        for tie in jean["guardianships"].as_array_mut().unwrap() {
            tie.as_object_mut().unwrap().retain(|field, _| field == "pupil" || field == "rank");
        }
    })
    .await;
    let jean = person(&admin, "R2").await;
    change(&admin, jean, |jean| {
        jean.as_object_mut().unwrap().remove("guardianships");
    })
    .await;
    assert_eq!(person(&admin, "R2").await["guardianships"][0]["no_contact"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_with_a_court_decision_is_not_removed_and_an_address_left_out_stays() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FILE).await;
    let jean = person(&admin, "R2").await;
    change(&admin, jean, |jean| {
        jean["guardianships"][0]["no_contact"] = json!(true);
        jean["address"] = json!({ "street": "1 rue Foch", "postal_code": "95100", "city": "Argenteuil" });
    })
    .await;
    let path = format!("/v1/people/{}", person(&admin, "E1").await["id"].as_str().unwrap());
    let refused = admin.send(admin.request(Method::DELETE, &path).header("if-match", "\"1\"")).await;
    assert_eq!((refused.status, refused.problem()), (409, "state-conflict"));
    let jean = person(&admin, "R2").await;
    change(&admin, jean, |jean| {
        jean.as_object_mut().unwrap().remove("address");
    })
    .await;
    let jean = person(&admin, "R2").await;
    assert_eq!(jean["address"]["street"], "1 rue Foch");
    change(&admin, jean, |jean| jean["address"] = json!(null)).await;
    assert_eq!(person(&admin, "R2").await["address"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_shared_with_a_barred_parent_gets_nothing_about_the_child() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(&FILE.replace("0639980011", "0639980010")).await;
    let jean = person(&admin, "R2").await;
    change(&admin, jean, |jean| jean["guardianships"][0]["no_contact"] = json!(true)).await;
    let (kept, dropped) = lists(&admin, "absence", "{{pupil.first_name}} est absent(e).").await;
    assert_eq!(kept, ["Claire MARTIN: Hugo est absent(e)."]);
    assert_eq!(
        dropped,
        ["Claire MARTIN: barred_phone", "Jean MARTIN: no_contact", "Jean MARTIN: same_number"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_of_information_is_refused_altogether_or_for_one_child() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FILE).await;
    let claire = person(&admin, "R1").await;
    change(&admin, claire, |claire| {
        claire["refused_contexts"] = json!(["canteen"]);
        claire["guardianships"][1]["refused_contexts"] = json!(["lateness"]);
    })
    .await;
    let jean = person(&admin, "R2").await;
    change(&admin, jean, |jean| jean["guardianships"][1]["accepts_sms"] = json!(false)).await;

    let (kept, dropped) = lists(&admin, "lateness", "{{pupil.first_name}} est en retard.").await;
    assert_eq!(kept, ["Claire MARTIN: Emma est en retard.", "Jean MARTIN: Emma est en retard."]);
    assert_eq!(dropped, ["Claire MARTIN: context_refused", "Jean MARTIN: child_refused"]);
    let (kept, dropped) = lists(&admin, "canteen", "Cantine : {{pupil.first_name}}").await;
    assert_eq!(kept, ["Jean MARTIN: Cantine : Emma"]);
    assert_eq!(
        dropped,
        ["Jean MARTIN: child_refused", "Claire MARTIN: context_refused", "Claire MARTIN: context_refused"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_of_many_people_are_set_at_once_and_the_answer_tells_the_mixed_state() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FILE).await;
    let claire = person(&admin, "R1").await;
    let set =
        |selection: Value, set: Value| json!({ "view": "guardians", "selection": selection, "set": set });
    let path = "/v1/people/preferences";

    let one = set(json!({ "people": [claire["id"]] }), json!({ "contexts": { "punishment": false } }));
    let state = admin.post(path, &one).await.expect(200);
    assert_eq!((&state["people"], &state["changed"]), (&json!(1), &json!(1)));
    assert_eq!(state["contexts"]["punishment"], json!({ "state": "none", "yes": 0, "no": 1 }));

    let everyone = json!({ "everyone": true });
    let state = admin.post(path, &json!({ "view": "guardians", "selection": everyone })).await.expect(200);
    assert_eq!(state["changed"], 0);
    assert_eq!(state["contexts"]["punishment"], json!({ "state": "mixed", "yes": 1, "no": 1 }));
    assert_eq!(state["accepts_sms"], json!({ "state": "all", "yes": 2, "no": 0 }));

    let off = set(
        json!({ "classes": ["5e B"] }),
        json!({ "accepts_sms": false, "contexts": { "punishment": true } }),
    );
    let state = admin.post(path, &off).await.expect(200);
    assert_eq!((&state["people"], &state["changed"]), (&json!(2), &json!(2)));
    assert_eq!(state["accepts_sms"], json!({ "state": "none", "yes": 0, "no": 2 }));
    assert_eq!(state["contexts"]["punishment"]["state"], "all");

    // For one child only: the person's general preference stays.
    let emma = person(&admin, "E1").await;
    let mut about_emma = set(everyone, json!({ "contexts": { "canteen": false } }));
    about_emma["pupils"] = json!([emma["id"]]);
    let state = admin.post(path, &about_emma).await.expect(200);
    assert_eq!(state["contexts"]["canteen"], json!({ "state": "none", "yes": 0, "no": 2 }));
    let claire = person(&admin, "R1").await;
    assert_eq!(claire["refused_contexts"], json!([]));
    assert_eq!(claire["guardianships"][0]["refused_contexts"], json!(["canteen"]));
    assert_eq!(claire["guardianships"][1]["refused_contexts"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_that_make_no_sense_change_nothing() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FILE).await;
    let cases = [
        (
            json!({ "view": "pupils", "selection": { "everyone": true }, "pupils": [] }),
            "/pupils",
            "guardians_only",
        ),
        (
            json!({ "view": "teachers", "selection": { "everyone": true }, "set": { "contexts": { "absence": true } } }),
            "/set/contexts/absence",
            "context_not_for_audience",
        ),
        (
            json!({ "view": "guardians", "selection": { "everyone": true }, "set": { "contexts": { "x/~": true } } }),
            "/set/contexts/x~1~0",
            "unknown_context",
        ),
        (
            json!({ "view": "guardians", "selection": { "everyone": true }, "pupils": ["per_01J00000000000000000000000"] }),
            "/pupils",
            "unknown_pupil",
        ),
        (
            json!({ "view": "guardians", "selection": { "everyone": true }, "set": { "contexts": { "absence": 1 } } }),
            "/set/contexts/absence",
            "wrong_type",
        ),
        (json!({ "view": "guardians", "selection": {} }), "/selection", "one_selection"),
        (
            json!({ "view": "guardians", "selection": { "classes": ["9e Z"] } }),
            "/selection/classes",
            "unknown_class",
        ),
        (
            json!({ "view": "guardians", "selection": { "everyone": true }, "set": { "no_contact": true } }),
            "/set/no_contact",
            "unknown_field",
        ),
    ];
    for (body, pointer, code) in cases {
        let answer = admin.post("/v1/people/preferences", &body).await;
        assert_eq!(answer.status, 422, "{body}");
        assert_eq!(answer.field_errors(), [(pointer.to_owned(), code.to_owned())], "{body}");
    }
    assert_eq!(person(&admin, "R1").await["version"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_who_is_removed_leaves_no_tie_behind() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FILE).await;
    let emma = person(&admin, "E1").await;
    let path = format!("/v1/people/{}", emma["id"].as_str().unwrap());
    let removed = admin.send(admin.request(Method::DELETE, &path).header("if-match", "\"1\"")).await;
    assert_eq!(removed.status, 204);
    assert_eq!(person(&admin, "R1").await["guardianships"].as_array().unwrap().len(), 1);
    let (kept, _) = lists(&admin, "meeting", "Réunion pour {{pupils}}").await;
    assert_eq!(kept, ["Claire MARTIN: Réunion pour Hugo", "Jean MARTIN: Réunion pour Hugo"]);
}
