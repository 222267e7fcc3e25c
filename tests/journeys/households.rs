//! One text for each household.

use carillon_tests::{Client, Service};
use reqwest::Method;
use serde_json::{Value, json};

const FILE: &str = "Identifiant;Catégorie;Nom;Prénom;Classe;Portable;Adresse;CP;Ville;Identifiant élève;Rang\n\
    E1;élève;MARTIN;Emma;6e A;;;;;;\n\
    E2;élève;MARTIN;Hugo;5e B;;;;;;\n\
    E3;élève;PETIT;Léa;6e A;;;;;;\n\
    E4;élève;ROY;Tom;6e A;;;;;;\n\
    R1;responsable;MARTIN;Claire;;0639980010;12 bis avenue de la République;95100;Argenteuil;E1;2\n\
    R1;responsable;MARTIN;Claire;;0639980010;12 bis avenue de la République;95100;Argenteuil;E2;2\n\
    R2;responsable;MARTIN;Jean;;0639980011;12BIS, Av. de la Republique;95100;ARGENTEUIL;E1;1\n\
    R2;responsable;MARTIN;Jean;;0639980011;12BIS, Av. de la Republique;95100;ARGENTEUIL;E2;1\n\
    R3;responsable;PETIT;Anne;;0639980012;3 rue Pasteur;95100;Argenteuil;E3;1\n\
    R4;responsable;PETIT;Luc;;0639980013;8 rue Pasteur;95100;Argenteuil;E3;2\n\
    R5;responsable;ROY;Eva;;;4 place Foch;95100;Argenteuil;E4;1\n\
    R6;responsable;ROY;Paul;;0639980014;4 pl. Foch;95100;Argenteuil;E4;2\n\
    R7;responsable;DIALLO;Awa;;0639980015;12 bis av de la République;95100;Argenteuil;E3;3\n";

fn order(context: &str, body: &str) -> Value {
    json!({
        "view": "pupils", "selection": { "everyone": true },
        "text": { "audience": "guardians", "context": context, "body": body },
    })
}

async fn preview(admin: &Client, order: &Value) -> (Vec<String>, Vec<String>) {
    let preview = admin.post("/v1/sends/preview", order).await.expect(200);
    let list = |field: &str, line: fn(&Value) -> String| -> Vec<String> {
        preview[field].as_array().unwrap().iter().map(line).collect()
    };
    (
        list("kept", |kept| {
            format!("{}: {}", kept["name"].as_str().unwrap(), kept["text"].as_str().unwrap())
        }),
        list("dropped", |dropped| {
            format!("{}: {}", dropped["name"].as_str().unwrap(), dropped["reason"].as_str().unwrap())
        }),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_contact_of_an_address_who_can_be_reached_gets_the_text_for_all() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FILE).await;
    let order = order("meeting", "Réunion pour {{pupils}}");
    let (kept, _) = preview(&admin, &order).await;
    assert_eq!(kept.len(), 6, "each_guardian is the default: {kept:#?}");

    let rule = json!({ "household_rule": "one_per_household" });
    admin.change(Method::PATCH, "/v1/school", &rule).await.expect(200);
    let (kept, dropped) = preview(&admin, &order).await;
    assert_eq!(
        kept,
        [
            "Jean MARTIN: Réunion pour Emma et Hugo",
            // Separated: both receive it, each at their own address.
            "Anne PETIT: Réunion pour Léa",
            "Luc PETIT: Réunion pour Léa",
            // The same tower block as the Martins, another family.
            "Awa DIALLO: Réunion pour Léa",
            // The first contact has no number.
            "Paul ROY: Réunion pour Tom",
        ]
    );
    assert_eq!(dropped, ["Eva ROY: no_mobile", "Claire MARTIN: same_household"]);

    let mut for_each = order;
    for_each["household_rule"] = json!("each_guardian");
    assert_eq!(preview(&admin, &for_each).await.0.len(), 6, "a send may differ from the setting");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_child_each_leaves_one_text_for_each_child_and_address() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FILE).await;
    let mut order = order("absence", "{{pupil.first_name}} est absent(e).");
    order["household_rule"] = json!("one_per_household");
    let (kept, dropped) = preview(&admin, &order).await;
    assert_eq!(
        kept,
        [
            "Jean MARTIN: Emma est absent(e).",
            "Jean MARTIN: Hugo est absent(e).",
            "Anne PETIT: Léa est absent(e).",
            "Luc PETIT: Léa est absent(e).",
            "Awa DIALLO: Léa est absent(e).",
            "Paul ROY: Tom est absent(e).",
        ]
    );
    assert_eq!(
        dropped,
        ["Eva ROY: no_mobile", "Claire MARTIN: same_household", "Claire MARTIN: same_household"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_values_of_their_own_or_comes_first_for_a_child_is_not_left_out() {
    let service = Service::start().await;
    // A grandmother at the same address, third contact of one more child.
    let grandmother = "E5;élève;MARTIN;Lou;6e A;;;;;;\n\
        R8;responsable;MARTIN;Rose;;0639980016;12 bis avenue de la République;95100;Argenteuil;E1;3\n\
        R8;responsable;MARTIN;Rose;;0639980016;12 bis avenue de la République;95100;Argenteuil;E2;3\n\
        R8;responsable;MARTIN;Rose;;0639980016;12 bis avenue de la République;95100;Argenteuil;E5;1\n";
    let (_, admin) = service.school_of(&format!("{FILE}{grandmother}")).await;
    let mut order = order("meeting", "Réunion pour {{pupils}}");
    order["household_rule"] = json!("one_per_household");
    let (kept, _) = preview(&admin, &order).await;
    assert!(kept.contains(&"Jean MARTIN: Réunion pour Emma et Hugo".to_owned()), "{kept:#?}");
    assert!(kept.contains(&"Rose MARTIN: Réunion pour Emma, Hugo et Lou".to_owned()), "{kept:#?}");

    let people = admin.get("/v1/people").await.expect(200);
    let claire = people["people"].as_array().unwrap().iter().find(|p| p["external_id"] == "R1").unwrap();
    order["text"]["body"] = json!("Réunion à {{meeting.time}}");
    order["values"] = json!({ "meeting.time": "17h" });
    order["values_by_person"] = json!({ claire["id"].as_str().unwrap(): { "meeting.time": "18h" } });
    let (kept, _) = preview(&admin, &order).await;
    assert!(kept.contains(&"Jean MARTIN: Réunion à 17h".to_owned()), "{kept:#?}");
    assert!(kept.contains(&"Claire MARTIN: Réunion à 18h".to_owned()), "{kept:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_left_out_for_somebody_who_is_not_told_of_the_same_children() {
    let service = Service::start().await;
    // A blended family: each parent has an earlier child, and they have one together.
    let (_, admin) = service
        .school_of(
            "Identifiant;Catégorie;Nom;Prénom;Classe;Portable;Adresse;CP;Ville;Identifiant élève;Rang\n\
             E1;élève;MARTIN;Emma;6e A;;;;;;\nE2;élève;ROY;Tom;6e A;;;;;;\nE3;élève;ROY;Zoé;6e A;;;;;;\n\
             R1;responsable;MARTIN;Claire;;0639980010;1 rue Foch;95100;Argenteuil;E1;1\n\
             R1;responsable;MARTIN;Claire;;0639980010;1 rue Foch;95100;Argenteuil;E3;1\n\
             R2;responsable;ROY;Paul;;0639980011;1 rue Foch;95100;Argenteuil;E2;1\n\
             R2;responsable;ROY;Paul;;0639980011;1 rue Foch;95100;Argenteuil;E3;2\n",
        )
        .await;
    let mut order = order("meeting", "Réunion pour {{pupils}}");
    order["household_rule"] = json!("one_per_household");
    let (kept, dropped) = preview(&admin, &order).await;
    assert_eq!(kept, ["Claire MARTIN: Réunion pour Emma et Zoé", "Paul ROY: Réunion pour Tom et Zoé"]);
    assert_eq!(dropped, [""; 0]);
}
