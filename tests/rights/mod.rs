//! The AWS calls of each function equal the permissions of its role.

mod carriers;
mod imports;
mod office;
mod role;
mod sending;

use std::collections::{BTreeMap, BTreeSet};

use carillon_local::takes;
use carillon_tests::world::{AwsCall, World};

use self::role::{Role, in_words_of_the_template, is_like};
use crate::{
    repository::routes::{Route, routes_of},
    template::{FunctionResource, Template, folders},
};

/// The requests of front ends, and the AWS calls of the functions.
#[derive(Default)]
struct Walked {
    requests: BTreeSet<Route>,
    calls: BTreeSet<AwsCall>,
}

impl Walked {
    /// Exercises everything that the functions do.
    async fn everything() -> Self {
        let mut walked = Self::default();
        for carrier in ["bridge", "twilio", "ovh", "aws-sms", "sns"] {
            walked.add(&carriers::through(carrier).await);
        }
        walked.add(&office::a_day().await);
        walked.add(&office::a_stop_and_a_decision().await);
        walked.add(&office::a_halt_and_its_end().await);
        walked.add(&office::an_erasure().await);
        walked.add(&imports::a_september().await);
        walked.add(&imports::interrupted_writes().await);
        walked.add(&sending::a_year().await);
        walked.add(&sending::a_crowd().await);
        walked.add(&sending::a_failing_carrier().await);
        walked.add(&sending::doubts().await);
        walked.add(&sending::dead_letters().await);
        walked
    }

    fn add(&mut self, world: &World) {
        self.requests.extend(world.requests());
        self.calls.extend(world.asked_of_aws());
    }

    /// Routes without a request. The stand-ins exercise the carriers' routes.
    fn left_out(&self) -> impl Iterator<Item = Route> {
        let of_front_ends = folders().into_iter().filter(|function| function != "callbacks");
        of_front_ends.flat_map(|function| routes_of(&function)).filter(|(method, path)| {
            !self.requests.iter().any(|(asked, asked_path)| asked == method && takes(path, asked_path))
        })
    }
}

/// A key without its ids: `S#sch_…#PEOPLE`.
fn family(key: &str) -> String {
    if let Some((kind @ ("TAG" | "ID" | "N"), _)) = key.split_once('#') {
        return format!("{kind}#…");
    }
    let part = |part: &str| match part.split_once('_') {
        Some((kind @ ("sch" | "snd" | "exp" | "imp"), _)) => format!("{kind}_…"),
        _ => part.to_owned(),
    };
    key.split('#').map(part).collect::<Vec<_>>().join("#")
}

fn print(calls: &BTreeSet<AwsCall>) {
    let mut table: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    for AwsCall { function, action, of } in calls {
        table.entry((function, action)).or_default().extend(of.iter().map(|key| family(key)));
    }
    for ((function, action), families) in table {
        println!("rights: {function:12} {action:29} {}", families.into_iter().collect::<Vec<_>>().join(" "));
    }
}

#[tokio::test(start_paused = true)]
async fn each_function_may_do_what_it_does_and_nothing_else() {
    let walked = Walked::everything().await;
    let calls = &walked.calls;
    let template = Template::read();
    let (mut patterns, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let never = |(method, path)| format!("{method} {path} is never asked for by this test");
    let mut flaws: BTreeSet<String> = walked.left_out().map(never).collect();
    for function in FunctionResource::all(&template) {
        let role = Role::of(&function);
        let its = calls.iter().filter(|call| call.function == function.name).cloned();
        let its: Vec<AwsCall> = its.map(|call| in_words_of_the_template(call, &function)).collect();
        for call in its.iter().filter(|call| !role.allows(call)) {
            let of: BTreeSet<String> = call.of.iter().map(|key| family(key)).collect();
            flaws.insert(format!("{} is denied {} on {of:?}", function.name, call.action));
        }
        for (action, thing) in role.rights() {
            let is_used =
                |call: &AwsCall| call.action == action && call.of.iter().any(|key| is_like(&thing, key));
            if !its.iter().any(is_used) {
                flaws.insert(format!("{} may {action} on {thing} and never does", function.name));
            }
            patterns.insert(thing);
        }
        seen.extend(its);
    }
    print(&seen);
    assert_eq!(seen.len(), calls.len(), "every call is that of a function of the template");
    // A permission for a school's settings must not include its people.
    for pattern in patterns {
        let keys = calls.iter().flat_map(|call| &call.of).filter(|key| is_like(&pattern, key));
        let families: BTreeSet<String> = keys.map(|key| family(key)).collect();
        if families.len() > 1 {
            flaws.insert(format!("{pattern} is {families:?} at once"));
        }
    }
    assert!(flaws.is_empty(), "{flaws:#?}");
}

#[test]
fn no_policy_reaches_a_role_from_outside() {
    let template = Template::read();
    for kind in
        ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy", "AWS::Serverless::Connector"]
    {
        assert_eq!(template.of_kind(kind).count(), 0, "{kind}");
    }
}
