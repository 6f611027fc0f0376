//! Renders values that are Go templates, as the chart's `tpl` does.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::chart::yaml_bridge::to_value;
use crate::chart::{self, Capabilities};
use crate::gotmpl::environment::Environment;
use crate::gotmpl::{Error, ErrorKind, Limits, MissingKey, Templates, Value, helm};
use crate::release::Release;
use crate::tree::Node;

/// The chart's name, in `.Chart`.
pub(super) const CHART: &str = "cluster-autoscaler";
const CHART_VERSION: &str = "9.59.0";
/// The version of the autoscaler that the chart deploys by default.
pub(super) const APP_VERSION: &str = "1.35.0";

/// Limits far above what a value of a few lines needs, and reached quickly.
const LIMITS: Limits = Limits { steps: 100_000, depth: 200, output: 1 << 20, allocated: 4 << 20 };

/// Renders values that are templates. They see `.Values`, `.Release`, `.Chart` and `.Capabilities`, but not the chart's own
/// templates.
pub(super) struct Tpl<'a> {
    values: &'a Node,
    name: &'a str,
    namespace: &'a str,
    capabilities: Capabilities,
    /// Created for the first template: most values have none.
    scope: OnceCell<(Environment, Value)>,
}

impl<'a> Tpl<'a> {
    pub fn new(values: &'a Node, name: &'a str, namespace: &'a str, capabilities: Capabilities) -> Self {
        Tpl { values, name, namespace, capabilities, scope: OnceCell::new() }
    }

    /// Renders a template.
    ///
    /// # Errors
    ///
    /// Returns the error of the Go template, without its context.
    pub fn render(&self, text: &str) -> Result<String, String> {
        if !text.contains("{{") {
            return Ok(text.to_owned());
        }
        // Rendering is a pure function.
        let (environment, scope) = self.scope.get_or_init(|| (Environment::reproducible(CHART), self.scope()));
        let mut set = Templates::new(chart::functions());
        set.environment = environment.clone();
        set.missing_key = MissingKey::Zero;
        set.limits = LIMITS;
        let reason_of = |error: Box<Error>| reason(&error);
        set.parse("value", text).map_err(reason_of)?;
        let out = Arc::new(set).render("value", scope.clone()).map_err(reason_of)?;
        String::from_utf8(helm::without_no_value(out))
            .map_err(|_| "the template renders bytes that are not UTF-8".to_owned())
    }

    fn scope(&self) -> Value {
        let chart = [
            ("Name", CHART),
            ("Version", CHART_VERSION),
            ("AppVersion", APP_VERSION),
            ("APIVersion", "v2"),
            ("Type", "application"),
        ];
        Value::map([
            ("Values", to_value(self.values.clone())),
            ("Release", chart::release_value(&Release::named(self.name, self.namespace))),
            ("Chart", Value::map(chart.map(|(key, text)| (key, Value::from(text))))),
            ("Capabilities", self.capabilities.as_value()),
        ])
    }
}

/// Returns the reason of a Go template's error.
fn reason(error: &Error) -> String {
    let root = error.root();
    match root.kind {
        ErrorKind::UnknownTemplate(_) => format!("{}; the chart's own templates are not available here", root.reason),
        _ => root.reason.clone(),
    }
}
