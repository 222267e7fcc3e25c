//! The served documentation, and the routes in it.

use api::Role;
use carillon_tests::Service;
use reqwest::Method;
use serde_json::Value;

use super::{of_the_code, operations};

#[tokio::test(flavor = "multi_thread")]
async fn anybody_reads_the_document_and_its_page_which_asks_nobody_else() {
    let service = Service::start().await;
    let stranger = service.stranger();
    let answer = stranger.get("/v1/openapi.json").await;
    assert_eq!((answer.status, answer.content_type.as_str()), (200, "application/json"));
    assert_eq!(answer.body, of_the_code());

    let text = async |path: &str| {
        let answer = stranger.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    };
    let page = text("/local/api").await;
    assert!(page.contains("swagger-initializer.js"));
    let settings = text("/local/api/swagger-initializer.js").await;
    assert!(settings.contains("/v1/openapi.json"));
    for page in [page, settings] {
        assert!(!page.contains("https://") && !page.contains("\"//"), "{page}");
    }
    assert_eq!(stranger.get("/local/api/nothing.js").await.status, 404);
}

/// A path of an operation, with an example for each parameter.
fn some_path(document: &Value, path: &str, operation: &Value) -> String {
    let parameters = operation["parameters"].as_array().unwrap().iter();
    parameters.filter(|parameter| parameter["in"] == "path").fold(path.to_owned(), |path, parameter| {
        let place = parameter["schema"]["$ref"].as_str().unwrap_or_default().trim_start_matches('#');
        let example =
            document.pointer(place).and_then(|schema| schema["examples"][0].as_str()).unwrap_or("x");
        path.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), example)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn each_operation_lets_in_whom_it_says_and_nobody_else() {
    let service = Service::start().await;
    let school = service.new_school();
    let document = of_the_code();
    for (method, path, operation) in operations(&document) {
        let Some(roles) = operation["security"][0]["bearer"].as_array() else { continue };
        let (method, path) =
            (Method::from_bytes(method.as_bytes()).unwrap(), some_path(&document, path, operation));
        let stranger = service.stranger();
        assert_eq!(stranger.send(stranger.request(method.clone(), &path)).await.problem(), "unauthenticated");
        for role in Role::ALL {
            let client = match role {
                Role::Operator => service.operator(),
                role => service.member(role, school),
            };
            let answer = client.send(client.request(method.clone(), &path)).await;
            let is_forbidden = answer.status == 403 && answer.problem() == "role-forbidden";
            let may = roles.iter().any(|name| name == role.as_str());
            assert_eq!(is_forbidden, !may, "{method} {path} as {}: {answer:?}", role.as_str());
            let documented = operation["responses"].get(answer.status.to_string()).is_some();
            assert!(documented, "{method} {path} as {}: {answer:?}", role.as_str());
        }
    }
}
