//! `values.schema.json`: validates the values of each chart against its own schema, with Helm's verdict and report.
//!
//! A schema refers to other documents only by way of the files that the user gives ([`SchemaFiles`]): nothing is fetched.

mod instance;
mod report;

use self::report::Report;
use super::model::{Chart, Schema};
use mkmanifests_go::stack::on_deep_stack;
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_json_schema::{CompileError, Json, SchemaFiles, Validator};
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::tree::Node;

/// The values of a chart and its subcharts, as their schemas see them.
#[derive(Debug)]
pub(super) enum Instance {
    /// Of a chart that has a schema, or of one whose subcharts do.
    Map { own: Option<Json>, subcharts: Vec<Option<Instance>> },
    /// What is no map, by the name of its type in Go.
    Other(String),
}

impl Instance {
    /// The values that have to be validated; nothing if there is no schema.
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

/// Validates the values of a chart and its subcharts. `user` are the user's values, for locations.
///
/// What the schemas refuse is one diagnostic: Helm's report, and then where each of the values was written.
pub(super) fn check(chart: &Chart, values: &Instance, files: &SchemaFiles, user: &Node) -> Option<Diagnostic> {
    on_deep_stack(|| {
        let mut report = Report::new(user);
        check_chart(chart, values, files, &mut report);
        report.finish()
    })
}

fn check_chart<'v>(chart: &'v Chart, values: &Instance, files: &SchemaFiles, report: &mut Report<'v>) {
    let (own, subcharts) = match values {
        Instance::Map { own, subcharts } => (own, subcharts),
        Instance::Other(kind) => return report.wrong_type(chart.name(), kind),
    };
    report.enter_defaults(&chart.values);
    if let (Some(schema), Some(values)) = (&chart.schema, own) {
        with_compiled(schema, files, |compiled| match compiled {
            Err(error) => report.wrong_schema(chart.name(), error),
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
            check_chart(child, values, files, report);
            report.leave();
        }
    }
    report.leave_defaults();
}

/// Compiles a schema once for all copies of the chart, as long as it is used with the same files.
fn with_compiled(schema: &Schema, files: &SchemaFiles, then: impl FnOnce(&Result<Validator, CompileError>)) {
    let compile = || Validator::compile(&schema.text, files);
    let (known, compiled) = schema.compiled.get_or_init(|| (files.clone(), compile()));
    if known.is_same(files) { then(compiled) } else { then(&compile()) }
}
