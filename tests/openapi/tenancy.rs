//! Every documented operation is isolated by school and limited by role.

use api::Role;
use carillon_tests::Service;

use super::{
    of_the_code,
    requests::{Filled, Operation},
};

/// A name that only the other school knows.
const SURNAME: &str = "ZÉPHYRIN";

#[tokio::test(flavor = "multi_thread")]
async fn no_operation_tells_one_school_anything_of_another() {
    let document = of_the_code();
    let service = Service::start().await;
    let (theirs, ours) = (Filled::new(&service, SURNAME).await, Filled::new(&service, "MARTIN").await);
    service.settled(&theirs.admin, &theirs.send()).await;
    for operation in Operation::protected(&document) {
        for role in
            [Role::Reader, Role::Sender, Role::Admin].into_iter().filter(|role| operation.is_for(*role))
        {
            let caller = service.member(role, ours.school);
            let body = operation.examples().into_iter().next();
            let what = format!("{} {} as {}", operation.method, operation.path, role.as_str());
            let mut answers = vec![operation.call(&caller, &theirs, None, body.as_ref()).await];
            if operation.parameters("path").next().is_some() {
                assert_eq!((answers[0].status, answers[0].problem()), (404, "not-found"), "{what}");
            }
            for parameter in operation.parameters("query") {
                // The other school's, if it is an id.
                let example = operation.resolved(&parameter["schema"])["examples"][0].as_str();
                let (Some(name), Some(id)) = (parameter["name"].as_str(), example) else { continue };
                answers.push(operation.call(&caller, &theirs, Some((name, id)), body.as_ref()).await);
            }
            for answer in answers {
                assert!(!answer.body.to_string().contains(SURNAME), "{what} tells {:#}", answer.body);
            }
        }
    }
    // The other school's data is unchanged.
    let people = theirs.admin.get("/v1/people").await.expect(200);
    assert!(people["people"].as_array().is_some_and(|people| people.len() == 2), "{people:#}");
    assert!(people["people"].as_array().into_iter().flatten().all(|person| person["version"] == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_may_do_what_the_document_says_and_nothing_else() {
    let document = of_the_code();
    let service = Service::start().await;
    let filled = Filled::new(&service, "MARTIN").await;
    let mut asked = 0;
    for operation in Operation::protected(&document) {
        for role in Role::ALL {
            let caller = match role {
                Role::Operator => service.operator(),
                _ => service.member(role, filled.school),
            };
            // A permitted role sends an empty request: other tests cover its content.
            let may = operation.is_for(role);
            let body = operation.examples().into_iter().next().filter(|_| !may);
            let answer = operation.call(&caller, &filled, None, body.as_ref()).await;
            let what = format!("{} {} as {}", operation.method, operation.path, role.as_str());
            let is_role_refused = answer.status == 403
                && answer.body["type"].as_str().is_some_and(|kind| kind.ends_with("role-forbidden"));
            assert_eq!(is_role_refused, !may, "{what}: {} {:#}", answer.status, answer.body);
            let told = &operation.told["responses"][answer.status.to_string()];
            assert!(told.is_object(), "{what}: {} is not documented", answer.status);
            asked += 1;
        }
        let stranger = operation.call(&service.stranger(), &filled, None, None).await;
        assert_eq!(stranger.status, 401, "{} {}", operation.method, operation.path);
    }
    assert!(asked > 200, "the operations were found");
}
