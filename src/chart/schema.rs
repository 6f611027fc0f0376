//! `values.schema.json`: the values of each chart held against its own schema.
//!
//! A schema is part of a chart and reads nothing beside itself: a `$ref` to a URL or file is refused where Helm
//! fetches it. The keywords are those of the draft that `$schema` names, 2020-12 if it names none, as in Helm.

mod cycle;
mod fits;
mod json;
mod known;
mod text;

use jsonschema::{PatternOptions, Retrieve, Uri, Validator};
use serde_json::Value as Json;

use super::model::{Chart, Schema};
use super::yaml_bridge::to_node;
use crate::gotmpl::{Map, Value};
use crate::problem::{Place, Problem};
use crate::tree::Node;

/// How Helm begins the report.
const INTRO: &str = "values don't meet the specifications of the schema(s) in the following chart(s)";

/// How many problems of one schema are told.
const MAX_PROBLEMS: usize = 50;

/// All that the schemas of a chart and its subcharts refuse. `user` are the user's values, for places.
pub(super) fn check(chart: &Chart, values: &Value, user: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut layers = vec![Layer { values: user, path: Vec::new() }];
    check_chart(chart, &values.as_map().unwrap_or_default(), &mut layers, &mut problems);
    problems
}

/// Whether the values surely fit the schemas of a chart and its subcharts: then [`check`] need not be asked.
pub(super) fn fits(chart: &Chart, values: &Map) -> bool {
    chart.schema.as_ref().is_none_or(|schema| fits::fits(&schema.text, values))
        && chart.dependencies.iter().all(|child| match values.get(child.name()) {
            None | Some(Value::Nil) => true,
            Some(Value::Map(inner)) => fits(child, &inner),
            Some(_) => false,
        })
}

/// A tree that values came from, and the path in it that leads to the chart's own values.
#[derive(Clone)]
struct Layer<'v> {
    values: &'v Node,
    path: Vec<&'v str>,
}

fn check_chart<'v>(chart: &'v Chart, values: &Map, layers: &mut Vec<Layer<'v>>, problems: &mut Vec<Problem>) {
    layers.push(Layer { values: &chart.values, path: Vec::new() });
    if let Some(schema) = &chart.schema {
        problems.extend(check_schema(chart.name(), schema, values, layers));
    }
    for child in &chart.dependencies {
        match values.get(child.name()) {
            None | Some(Value::Nil) => {}
            Some(Value::Map(inner)) => {
                layers.iter_mut().for_each(|layer| layer.path.push(child.name()));
                check_chart(child, &inner, layers, problems);
                for layer in layers.iter_mut() {
                    layer.path.pop();
                }
            }
            Some(other) => {
                let kind = other.type_name();
                let what = format!("invalid type for values: expected object (map), got {kind}");
                problems.push(Problem::error(format!("{INTRO}: {}: {what}", child.name())));
            }
        }
    }
    layers.pop();
}

/// What one schema refuses.
fn check_schema(name: &str, schema: &Schema, values: &Map, layers: &[Layer<'_>]) -> Vec<Problem> {
    let refused = |why: String| vec![Problem::error(format!("{INTRO}: {name}: {why}"))];
    let validator = match schema.compiled.get_or_init(|| compile(&schema.text)) {
        Ok(validator) => validator,
        Err(why) => return refused(why.clone()),
    };
    let node = match to_node(&Value::Map(values.clone())) {
        Ok(node) => node,
        Err(why) => return refused(why),
    };
    let json = match serde_json::to_value(&node) {
        Ok(json) => json,
        Err(why) => return refused(why.to_string()),
    };
    let mut faults = text::faults(validator.iter_errors(&json).take(MAX_PROBLEMS));
    faults.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    let problem = |fault: text::Fault| {
        let message = format!("{INTRO}: {name}: at '{}': {}", fault.pointer, fault.message);
        let problem = Problem::error(message).at(place(&fault, layers));
        fault.details.into_iter().fold(problem, Problem::help)
    };
    faults.into_iter().map(problem).collect()
}

fn compile(schema: &[u8]) -> Result<Validator, String> {
    let schema: Json = serde_json::from_slice(schema).map_err(|error| format!("values.schema.json: {error}"))?;
    cycle::check(&schema)?;
    // Go's patterns are linear as well: no chart can make a pattern take forever.
    let options = jsonschema::options()
        .with_retriever(Nothing)
        .with_base_uri("file:///values.schema.json")
        .with_pattern_options(PatternOptions::regex());
    options.build(&schema).map_err(|error| {
        let at = error.instance_path().as_str().to_owned();
        let message = text::faults(std::iter::once(error)).into_iter().next().map(|fault| fault.message);
        format!("values.schema.json is not a valid schema: at '{at}': {}", message.unwrap_or_default())
    })
}

/// Where the value was written that is at fault: the first layer that has it, and in it the key that should not be there.
fn place(fault: &text::Fault, layers: &[Layer<'_>]) -> Place {
    let steps = fault.pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
    let steps: Vec<String> = steps.collect();
    let values: Vec<&Node> = layers
        .iter()
        .filter_map(|layer| layer.values.find(layer.path.iter().copied().chain(steps.iter().map(String::as_str))))
        .collect();
    let key = |value: &&Node| Some(value.as_map()?.entry(fault.extra.as_deref()?)?.place);
    let places = values.iter().filter_map(key).chain(values.iter().map(|value| value.place));
    places.into_iter().find(|place| place.is_known()).unwrap_or(Place::UNKNOWN)
}

/// Refuses to fetch anything.
struct Nothing;

impl Retrieve for Nothing {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Json, Box<dyn std::error::Error + Send + Sync>> {
        Err(format!("failing loading \"{uri}\": a schema may refer to itself only").into())
    }
}
