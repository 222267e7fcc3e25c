//! A school's settings, and the history of their changes.

use api::Role;
use carillon_tests::Service;
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn each_change_of_a_setting_is_told_with_what_it_was_and_who_made_it() {
    let service = Service::start().await;
    let (school, admin) = service.licensed_school().await;
    let all = json!({
        "name": "Collège Jean-Moulin", "callback_number": "01 99 00 12 34", "encoding_mode": "plain",
        "allowed_countries": ["BE"], "time_zone": "Pacific/Marquesas", "household_rule": "one_per_household",
        "texts_kept_days": 3650,
        "quiet_hours": { "from": "21:00", "until": "07:30" },
        "monthly_ceiling_micro_eur": 100_000_000, "send_ceiling_micro_eur": 0,
    });
    let settings = admin.change(Method::PATCH, "/v1/school", &all).await.expect(200);
    for (name, value) in all.as_object().unwrap() {
        assert_eq!(&settings[name], value, "{name}");
    }
    let cleared = json!({ "quiet_hours": null, "time_zone": null, "send_ceiling_micro_eur": null });
    let settings = admin.change(Method::PATCH, "/v1/school", &cleared).await.expect(200);
    assert_eq!(settings["time_zone"], "Europe/Paris");

    let history = admin.get("/v1/school/history").await.expect(200);
    let changes = history["changes"].as_array().unwrap();
    let versions: Vec<_> = changes.iter().map(|change| change["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, [3, 2, 1]);
    assert!(changes.iter().all(|change| change["changed_by"] == "test"));
    assert_eq!(
        changes[0]["settings"],
        json!([
            { "name": "quiet_hours", "before": { "from": "21:00", "until": "07:30" }, "after": null },
            { "name": "send_ceiling_micro_eur", "before": 0, "after": null },
            { "name": "time_zone", "before": "Pacific/Marquesas", "after": "Europe/Paris" },
        ])
    );
    let page = admin.get("/v1/school/history?limit=2").await.expect(200);
    assert_eq!(page["changes"].as_array().unwrap().len(), 2);
    let next = format!("/v1/school/history?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(admin.get(&next).await.expect(200)["changes"][0]["version"], 1);
    // The history is for administrators.
    assert_eq!(service.member(Role::Sender, school).get("/v1/school/history").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_changes_nothing_leaves_no_trace_and_a_late_one_is_refused() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let same = json!({ "household_rule": "each_guardian", "quiet_hours": null });
    admin.change(Method::PATCH, "/v1/school", &same).await.expect(200);
    let unchanged = admin.get("/v1/school").await;
    assert_eq!(unchanged.etag.as_deref(), Some("\"1\""));
    admin.change(Method::PATCH, "/v1/school", &json!({ "name": "Autre nom" })).await.expect(200);
    let late = admin.request(Method::PATCH, "/v1/school").header("if-match", "\"1\"");
    let late = admin.send(late.json(&json!({ "name": "Encore un autre" }))).await;
    assert_eq!((late.status, late.problem()), (412, "precondition-failed"));
    assert_eq!(admin.get("/v1/school").await.expect(200)["name"], "Autre nom");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_and_the_form_see_the_school_as_it_is_now() {
    let service = Service::start().await;
    let school = service.new_school();
    let admin = service.member(Role::Admin, school);
    let mut application = carillon_tests::application();
    application["school"] = json!({ "name": "Collège Moulin", "territory": "RE" });
    admin.post("/v1/registrations", &application).await.expect(201);
    let settings = json!({ "name": "Collège Jean Moulin", "uai": "9740001H" });
    let answer = admin.change(Method::PATCH, "/v1/school", &settings).await;
    let settings = answer.expect(200);
    let list = service.operator().get("/v1/operator/registrations?state=applied").await.expect(200);
    assert_eq!(list["registrations"][0]["school"]["uai"], settings["uai"]);
    assert_eq!(list["registrations"][0]["school"]["name"], "Collège Jean Moulin");
    let (_, html) = admin.download("/v1/registration/form", "text/html").await;
    assert!(String::from_utf8(html).unwrap().contains(settings["uai"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_makes_no_sense_is_refused_with_the_way_out() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    for (patch, pointer, code) in [
        (json!({ "time_zone": "Europe/Berlin" }), "/time_zone", "unknown_time_zone"),
        (json!({ "quiet_hours": { "from": "21h", "until": "07:30" } }), "/quiet_hours", "not_an_hour"),
        (json!({ "quiet_hours": { "from": "07:30", "until": "07:30" } }), "/quiet_hours", "same_hour"),
        (json!({ "quiet_hours": { "from": "07:30" } }), "/quiet_hours/until", "required"),
        (json!({ "texts_kept_days": 59 }), "/texts_kept_days", "texts_kept"),
        (json!({ "texts_kept_days": 3651 }), "/texts_kept_days", "texts_kept"),
        (json!({ "texts_kept_days": null }), "/texts_kept_days", "cannot_be_cleared"),
        (json!({ "household_rule": "one" }), "/household_rule", "unknown_household_rule"),
        (json!({ "monthly_ceiling_micro_eur": -1 }), "/monthly_ceiling_micro_eur", "wrong_type"),
        (json!({ "monthly_ceiling_micro_eur": 1.5 }), "/monthly_ceiling_micro_eur", "wrong_type"),
        (json!({ "send_ceiling_micro_eur": "12" }), "/send_ceiling_micro_eur", "wrong_type"),
        (json!({ "allowed_countries": ["US"] }), "/allowed_countries/0", "country_without_price"),
        (json!({ "sender": "COLLEGE" }), "/sender", "sender_fixed"),
        (json!({ "name": null }), "/name", "cannot_be_cleared"),
        (json!({ "household_rule": null }), "/household_rule", "cannot_be_cleared"),
    ] {
        let answer = admin.change(Method::PATCH, "/v1/school", &patch).await;
        assert_eq!(answer.status, 422, "{patch}");
        assert_eq!(answer.field_errors(), [(pointer.to_owned(), code.to_owned())], "{patch}");
    }
    assert_eq!(admin.get("/v1/school").await.etag.as_deref(), Some("\"1\""));
}
