//! Validates the values of each chart against its `values.schema.json`, with Helm's verdict and report.
//!
//! A schema can refer only to documents that the user gives ([`SchemaFiles`]): nothing is downloaded.

mod instance;
mod report;

use self::report::Report;
use super::behaviour::{Behaviour, Change};
use super::model::{Chart, Schema};
use mkmanifests_go::stack::on_deep_stack;
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_json_schema::{CompileError, Json, SchemaFiles, Validator};
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};
use mkmanifests_yaml::tree::Node;

/// The values of a chart and its subcharts as JSON, for their schemas.
#[derive(Debug)]
pub(super) enum Instance {
    /// The values of a chart that has a schema itself or in a subchart.
    Map { own: Option<Json>, subcharts: Vec<Option<Instance>> },
    /// Values that are not a map: the name of their type in Go.
    Other(String),
}

impl Instance {
    /// Returns the values to validate; `None` if no chart has a schema.
    pub(super) fn of(chart: &Chart, values: &Map) -> Option<Instance> {
        let subchart = |child: &Chart| match values.get(child.name()) {
            None | Some(Value::Nil) => None,
            Some(Value::Map(inner)) => Instance::of(child, &inner),
            Some(other) => Some(Instance::Other(other.type_name().into_owned())),
        };
        let subcharts: Vec<Option<Instance>> = chart.dependencies.iter().map(subchart).collect();
        if chart.schema.is_none() && subcharts.iter().all(Option::is_none) {
            return None;
        }
        let own = chart.schema.as_ref().map(|_| instance::json(&Value::Map(values.clone())));
        Some(Instance::Map { own, subcharts })
    }
}

/// Helm's report on values that do not match the schemas.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The report, with the location of each value.
    pub diagnostic: Diagnostic,
    /// Helm's report, with the line breaks at its end.
    pub text: String,
    /// The sources of the user's values and, after them, schemas that are not JSON; `None` without such schemas.
    pub sources: Option<Sources>,
}

/// Validates the values of a chart and its subcharts. `user` is the tree of the user's values and `sources` are their
/// texts, for locations.
///
/// All that the schemas refuse is one diagnostic: Helm's report, with the location of each value.
pub(super) fn check(
    chart: &Chart,
    values: &Instance,
    files: &SchemaFiles,
    helm: Behaviour,
    user: &Node,
    sources: &Sources,
) -> Option<Refusal> {
    on_deep_stack(|| {
        let mut report = Report::new(user, sources);
        check_chart(chart, values, (files, helm), &mut report);
        report.finish()
    })
}

/// Validates values against one schema.
///
/// # Errors
/// Helm's text.
pub(super) fn check_one(schema: &[u8], values: &Map, files: &SchemaFiles) -> Result<(), String> {
    on_deep_stack(|| {
        let validator = Validator::compile(schema, files).map_err(|error| error.to_string())?;
        let values = instance::json(&Value::Map(values.clone()));
        validator.validate(&values).map_err(|error| format!("{}\n", mkmanifests_json_schema::report(&error)))
    })
}

fn check_chart<'v>(
    chart: &'v Chart,
    values: &Instance,
    (files, helm): (&SchemaFiles, Behaviour),
    report: &mut Report<'v>,
) {
    let (own, subcharts) = match values {
        Instance::Map { own, subcharts } => (own, subcharts),
        Instance::Other(kind) => return report.wrong_type(chart.name(), kind),
    };
    report.enter_defaults(chart);
    if let (Some(schema), Some(values)) = (&chart.schema, own) {
        with_compiled(schema, files, helm, |compiled| match compiled {
            Err(error) => report.wrong_schema(chart, error),
            Ok(validator) => {
                if let Err(error) = validator.validate(values) {
                    report.refused(chart.name(), &error);
                }
            }
        });
    }
    for (child, values) in chart.dependencies.iter().zip(subcharts) {
        if let Some(values) = values {
            report.enter(child.name());
            check_chart(child, values, (files, helm), report);
            report.leave();
        }
    }
    report.leave_defaults();
}

/// Compiles a schema once for all copies of the chart, as long as the same files are given.
fn with_compiled(
    schema: &Schema,
    files: &SchemaFiles,
    helm: Behaviour,
    then: impl FnOnce(&Result<Validator, CompileError>),
) {
    let is_older = !helm.has(Change::JsonSchemaDrafts);
    let compile = || match is_older {
        true => Validator::compile_older(&schema.text, files),
        false => Validator::compile(&schema.text, files),
    };
    let cell = if is_older { &schema.compiled_older } else { &schema.compiled };
    let (known, compiled) = cell.get_or_init(|| (files.clone(), compile()));
    if known.is_same(files) { then(compiled) } else { then(&compile()) }
}
