//! `values.schema.json`: the values of each chart held against its own schema.
//!
//! A schema is part of a chart and reads nothing beside itself: a `$ref` to a URL or file is refused where Helm
//! fetches it. The keywords are those of the draft that `$schema` names, 2020-12 if it names none, as in Helm.

mod cycle;
mod text;

use jsonschema::{PatternOptions, Retrieve, Uri, Validator};
use serde_json::Value as Json;

use super::unit::Unit;
use super::yaml_bridge::to_node;
use crate::gotmpl::{Map, Value};
use crate::problem::{Place, Problem};
use crate::tree::Node;

/// How Helm begins the report.
const INTRO: &str = "values don't meet the specifications of the schema(s) in the following chart(s)";

/// How many problems of one schema are told.
const MAX_PROBLEMS: usize = 50;

/// All that the schemas of a chart and its subcharts refuse. `user` are the user's values, for places.
pub(super) fn check(unit: &Unit, values: &Map, user: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut layers = vec![Layer { values: user, path: Vec::new() }];
    check_unit(unit, values, &mut layers, &mut problems);
    problems
}

/// A tree that values came from, and the path in it that leads to the chart's own values.
#[derive(Clone)]
struct Layer<'v> {
    values: &'v Node,
    path: Vec<&'v str>,
}

fn check_unit<'v>(unit: &'v Unit, values: &Map, layers: &mut Vec<Layer<'v>>, problems: &mut Vec<Problem>) {
    layers.push(Layer { values: &unit.chart.values, path: Vec::new() });
    if let Some(schema) = &unit.chart.schema {
        problems.extend(check_schema(unit.name(), schema, values, layers));
    }
    for child in &unit.children {
        match values.get(child.name()) {
            None | Some(Value::Nil) => {}
            Some(Value::Map(inner)) => {
                layers.iter_mut().for_each(|layer| layer.path.push(child.name()));
                check_unit(child, &inner, layers, problems);
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
fn check_schema(name: &str, schema: &[u8], values: &Map, layers: &[Layer<'_>]) -> Vec<Problem> {
    let refused = |why: String| vec![Problem::error(format!("{INTRO}: {name}: {why}"))];
    let validator = match compile(schema) {
        Ok(validator) => validator,
        Err(why) => return refused(why),
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
        let problem = Problem::error(message).at(place(&fault.pointer, layers));
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

/// Where the value at a JSON pointer was written: the first layer that has it.
fn place(pointer: &str, layers: &[Layer<'_>]) -> Place {
    let steps: Vec<String> =
        pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let places = layers.iter().filter_map(|layer| {
        let path = layer.path.iter().copied().chain(steps.iter().map(String::as_str));
        Some(layer.values.find(path)?.place).filter(|place| place.is_known())
    });
    places.into_iter().next().unwrap_or(Place::UNKNOWN)
}

/// Refuses to fetch anything.
struct Nothing;

impl Retrieve for Nothing {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Json, Box<dyn std::error::Error + Send + Sync>> {
        Err(format!("failing loading \"{uri}\": a schema may refer to itself only").into())
    }
}
