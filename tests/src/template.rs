//! `template.yaml`, as the suites read it: which function has which paths, and what it may do on the table.

use std::path::Path;

use serde_json::{Map, Value};
use serde_norway::Value as Yaml;

/// The template, its intrinsic functions as objects: `!Ref Table` is `{"!Ref": "Table"}`.
#[derive(Clone, Debug)]
pub struct Template {
    /// The whole document.
    pub document: Value,
}

/// A function of the template.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its logical id.
    pub id: String,
    /// The binary it is built from.
    pub binary: String,
    /// The paths that lead to it.
    pub events: Vec<Event>,
    /// When the clock calls it.
    pub schedules: Vec<Schedule>,
    /// What its role allows.
    pub statements: Vec<Statement>,
}

/// A path that leads to a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The event's name.
    pub name: String,
    /// `ANY`, or one method.
    pub method: String,
    /// The path, or `$default`.
    pub path: String,
}

/// How often the clock calls a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The event's name.
    pub name: String,
    /// Such as `rate(15 minutes)`.
    pub rate: String,
}

/// A statement of a policy.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Such as `dynamodb:GetItem`.
    pub actions: Vec<String>,
    /// The text of the intrinsic function that names the resource.
    pub resources: Vec<String>,
}

impl Template {
    /// Reads the template of the workspace.
    pub fn read() -> Self {
        Self::of("template.yaml")
    }

    /// Reads a template in the workspace's folder.
    pub fn of(file: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        let text = std::fs::read_to_string(root.join(file)).expect("the template");
        let yaml: Yaml = serde_norway::from_str(&text).expect("the template is YAML");
        Self { document: json(yaml) }
    }

    /// A resource's properties.
    pub fn properties(&self, resource: &str) -> &Value {
        &self.document["Resources"][resource]["Properties"]
    }

    /// The functions.
    pub fn functions(&self) -> Vec<Function> {
        let resources = self.document["Resources"].as_object().expect("Resources");
        let functions = resources.iter().filter(|(_, r)| r["Type"] == "AWS::Serverless::Function");
        functions.map(|(id, resource)| Function::read(id, resource)).collect()
    }

    /// The names of the variables in every function's environment.
    pub fn variables(&self) -> Vec<String> {
        let variables = &self.document["Globals"]["Function"]["Environment"]["Variables"];
        variables.as_object().expect("Variables").keys().cloned().collect()
    }
}

impl Function {
    fn read(id: &str, resource: &Value) -> Self {
        let binary = resource["Metadata"]["BuildProperties"]["Binary"].as_str();
        let properties = &resource["Properties"];
        let events = properties["Events"].as_object().expect("Events");
        let of_type = |name: &'static str| events.iter().filter(move |(_, it)| it["Type"] == name);
        let policies = properties["Policies"].as_array().into_iter().flatten();
        let statements = policies.flat_map(|p| p["Statement"].as_array().into_iter().flatten());
        Self {
            id: id.to_owned(),
            binary: binary.expect("a binary").to_owned(),
            events: of_type("HttpApi").map(|(name, event)| Event::read(name, event)).collect(),
            schedules: of_type("Schedule").map(|(name, it)| Schedule::read(name, it)).collect(),
            statements: statements.map(Statement::read).collect(),
        }
    }
}

impl Statement {
    /// Reads a statement of a policy document.
    pub fn read(statement: &Value) -> Self {
        Self { actions: texts(&statement["Action"]), resources: texts(&statement["Resource"]) }
    }
}

impl Event {
    fn read(name: &str, event: &Value) -> Self {
        let text = |key: &str| event["Properties"][key].as_str().unwrap_or_default().to_owned();
        Self { name: name.to_owned(), method: text("Method"), path: text("Path") }
    }
}

impl Schedule {
    fn read(name: &str, event: &Value) -> Self {
        let rate = event["Properties"]["Schedule"].as_str().unwrap_or_default().to_owned();
        Self { name: name.to_owned(), rate }
    }
}

/// One text or a list of them; of an intrinsic function its argument.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        Value::Object(function) => function.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn json(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(is) => Value::Bool(is),
        Yaml::Number(number) => serde_json::to_value(number).expect("a number"),
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(all) => all.into_iter().map(json).collect(),
        Yaml::Mapping(all) => all
            .into_iter()
            .map(|(key, value)| (key.as_str().expect("a text as key").to_owned(), json(value)))
            .collect::<Map<_, _>>()
            .into(),
        Yaml::Tagged(tagged) => {
            let function = Map::from_iter([(tagged.tag.to_string(), json(tagged.value))]);
            Value::Object(function)
        }
    }
}
