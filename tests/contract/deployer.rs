//! `deploy-role.yaml` and `template.yaml`: who deploys may make all that there is to make, and get at nothing that is in it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tanuki_tests::template::{Statement, Template};

/// What a stack has, and an action that making it needs.
const MADE: [(&str, &str); 10] = [
    ("AWS::ApiGatewayV2::ApiMapping", "apigateway:POST"),
    ("AWS::ApiGatewayV2::DomainName", "apigateway:POST"),
    ("AWS::CloudWatch::Alarm", "cloudwatch:*"),
    ("AWS::CloudWatch::Dashboard", "cloudwatch:*"),
    ("AWS::DynamoDB::Table", "dynamodb:CreateTable"),
    ("AWS::IAM::Role", "iam:CreateRole"),
    ("AWS::Logs::LogGroup", "logs:CreateLogGroup"),
    ("AWS::SecretsManager::Secret", "secretsmanager:CreateSecret"),
    ("AWS::Serverless::Function", "lambda:*"),
    ("AWS::Serverless::HttpApi", "apigateway:PUT"),
];
/// What the transform adds to functions: aliases' deployments, and the schedule.
const ADDED: [&str; 3] = ["codedeploy:*", "events:*", "iam:PassRole"];

fn statements(document: &Value) -> Vec<&Value> {
    let statements = document["Statement"].as_array().expect("statements");
    assert!(!statements.is_empty(), "{document}");
    statements.iter().collect()
}

fn actions(document: &Value) -> BTreeSet<String> {
    statements(document).into_iter().flat_map(|it| Statement::read(it).actions).collect()
}

/// What the deploying role may do.
fn deploys(role: &Template) -> &Value {
    &role.properties("DeployRole")["Policies"][0]["PolicyDocument"]
}

#[test]
fn it_may_make_all_that_the_template_has() {
    let template = Template::read();
    let role = Template::of("deploy-role.yaml");
    let may = actions(deploys(&role));
    let resources = template.document["Resources"].as_object().expect("Resources");
    let types: BTreeSet<&str> = resources.values().filter_map(|it| it["Type"].as_str()).collect();
    assert_eq!(types, MADE.into_iter().map(|(made, _)| made).collect());
    for action in MADE.into_iter().map(|(_, action)| action).chain(ADDED) {
        assert!(may.contains(action), "{action}");
    }
    let stage =
        |template: &Template| template.document["Parameters"]["Stage"]["AllowedPattern"].clone();
    assert_eq!(stage(&role), stage(&template));
}

#[test]
fn it_reads_neither_items_nor_the_secret_and_deletes_no_table() {
    let may = actions(deploys(&Template::of("deploy-role.yaml")));
    assert!(!may.contains("secretsmanager:GetSecretValue"), "{may:?}");
    let configures = ["Create", "Update", "Describe", "GetResourcePolicy", "List", "Tag", "Untag"];
    for action in may.iter().filter_map(|action| action.strip_prefix("dynamodb:")) {
        let is_of_items = ["Item", "PartiQL", "Export", "CreateBackup"];
        assert!(!is_of_items.iter().any(|word| action.contains(word)), "{action}");
        assert!(configures.iter().any(|prefix| action.starts_with(prefix)), "{action}");
    }
}

/// A role without the boundary could be given everything, and then be passed to a function.
#[test]
fn it_makes_no_role_above_the_boundary() {
    let role = Template::of("deploy-role.yaml");
    let bounded = json!({"StringEquals": {"iam:PermissionsBoundary": {"!Ref": "Boundary"}}});
    let harmless = ["Get", "List", "Tag", "Untag", "DeleteRole", "UpdateRole"];
    for statement in statements(deploys(&role)) {
        let Statement { actions, resources } = Statement::read(statement);
        for action in actions.iter().filter_map(|action| action.strip_prefix("iam:")) {
            assert!(resources.iter().all(|it| it.ends_with(":role/tanuki-${Stage}-*")), "{action}");
            match action {
                "PassRole" => {
                    let to = &statement["Condition"]["StringEquals"]["iam:PassedToService"];
                    assert_eq!(*to, json!(["lambda.amazonaws.com", "codedeploy.amazonaws.com"]));
                }
                "DeleteRolePermissionsBoundary" | "*" => panic!("{action}"),
                _ if harmless
                    .iter()
                    .any(|prefix| action.starts_with(prefix) && action != "DeleteRolePolicy") => {}
                _ => assert_eq!(statement["Condition"], bounded, "{action}"),
            }
        }
    }
    let own = &role.properties("DeployRole")["RoleName"]["!Sub"];
    assert_eq!(*own, "deploy-tanuki-${Stage}", "none of those that it may change");
}

/// What has the stage's name in its address is the stage's. The rest has no address of its own, or is nobody's.
#[test]
fn it_reaches_no_other_stage() {
    const OTHERS: [&str; 9] = [
        "*",
        ":aws:transform/Serverless-2016-10-31",
        ":stack/aws-sam-cli-managed-default/*",
        ":::aws-sam-cli-managed-default-*",
        "::/apis",
        "::/apis/*",
        "::/domainnames",
        "::/domainnames/*",
        "::/tags/*",
    ];
    let role = Template::of("deploy-role.yaml");
    for document in [deploys(&role), &role.properties("Boundary")["PolicyDocument"]] {
        for statement in statements(document) {
            let Statement { actions, resources } = Statement::read(statement);
            for resource in &resources {
                let end = resource.split("tanuki-${Stage}").nth(1);
                let is_of_stage = end.is_some_and(|end| {
                    ["", "-", "/", ":"]
                        .iter()
                        .any(|it| end == *it || (!it.is_empty() && end.starts_with(it)))
                });
                let is_other = OTHERS.iter().any(|other| {
                    if *other == "*" { resource == "*" } else { resource.ends_with(other) }
                });
                let is_setting = resource.ends_with(":deploymentconfig:CodeDeployDefault.Lambda*");
                assert!(is_of_stage || is_other || is_setting, "{resource}: {actions:?}");
                let is_everywhere = resource == "*";
                let changes = ["iam:", "dynamodb:", "lambda:", "s3:", "secretsmanager:Get"];
                let changes =
                    actions.iter().filter(|it| changes.iter().any(|prefix| it.starts_with(prefix)));
                let changes: Vec<&String> =
                    changes.filter(|it| *it != "secretsmanager:GetRandomPassword").collect();
                assert!(!is_everywhere || changes.is_empty(), "{changes:?}");
            }
        }
    }
}

#[test]
fn the_boundary_leaves_all_roles_what_they_have() {
    let template = Template::read();
    let role = Template::of("deploy-role.yaml");
    let bound = actions(&role.properties("Boundary")["PolicyDocument"]);
    let of_functions = template.functions().into_iter().flat_map(|function| function.statements);
    let mut have: BTreeSet<String> = of_functions.flat_map(|it| it.actions).collect();
    have.extend(actions(&template.properties("DeploymentRole")["Policies"][0]["PolicyDocument"]));
    let lost: Vec<&String> = have.difference(&bound).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let boundary = json!({"!If": ["HasPermissionsBoundary", {"!Ref": "PermissionsBoundary"}, {"!Ref": "AWS::NoValue"}]});
    assert_eq!(template.document["Globals"]["Function"]["PermissionsBoundary"], boundary);
    assert_eq!(template.properties("DeploymentRole")["PermissionsBoundary"], boundary);
}
