//! The values of a job, as layers over the defaults of its source.

use std::path::Path;

use crate::chart::yaml_bridge::to_node;
use crate::diagnostic::{Diagnostic, Sources, io_reason};
use crate::files::{self, FileCode, MAX_TEXT};
use crate::gotmpl::Value;
use crate::unittest::set_path;
use crate::unittest::suite::{Job, SetValue, Suite, SuiteCode};
use crate::values::{Layers, Values};

/// Lays the values files and the values of a suite and a job over `defaults`. Errors are reported when they are merged.
pub(super) fn over<'d>(defaults: &'d Values, suite: &Suite, job: &Job) -> Layers<'d> {
    let mut layers = Layers::over(defaults);
    let folder = Path::new(&suite.file).parent().unwrap_or(Path::new(""));
    for file in suite.values.iter().chain(&job.values) {
        let path = folder.join(&file.path);
        let name = path.display().to_string();
        match files::read(&path, MAX_TEXT) {
            Ok(bytes) => layers.file(&name, &bytes),
            Err(error) => {
                let message = format!("cannot read `{name}`: {}", io_reason(&error));
                layers.diagnostic(Diagnostic::error(FileCode::of_reading(&error), message).names_file(name))
            }
        };
    }
    for set in suite.set.iter().chain(&job.set) {
        match read(set) {
            Ok(values) => layers.values(values),
            Err(why) => layers.diagnostic(Diagnostic::error(SuiteCode::WrongType, why).in_field(&*set.path)),
        };
    }
    layers
}

fn read(set: &SetValue) -> Result<Values, String> {
    let map = set_path::build(set.value.clone(), &set.path)?;
    Ok(Values { root: to_node(&Value::Map(map))?, sources: Sources::default() })
}
