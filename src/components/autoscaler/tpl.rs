//! Values that are Go templates, as the chart's `tpl` renders them.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::chart::yaml_bridge::to_value;
use crate::chart::{self, Capabilities};
use crate::gotmpl::sprig::surroundings::{Clock, Randomness, Surroundings};
use crate::gotmpl::{Error, ErrorKind, Functions, Limits, MissingKey, Templates, Value, helm};
use crate::release::Release;
use crate::tree::Node;

/// The chart that the values are of: what `.Chart` shows of it.
pub(super) const CHART: &str = "cluster-autoscaler";
const CHART_VERSION: &str = "9.59.0";
/// The autoscaler that the chart deploys unless told otherwise.
pub(super) const APP_VERSION: &str = "1.35.0";

/// A value is a line or a few: far above what one needs, and over in no time.
const LIMITS: Limits = Limits { steps: 100_000, depth: 200, output: 1 << 20, made: 4 << 20 };

/// Renders values that are templates. What they see is `.Values`, `.Release`, `.Chart` and `.Capabilities`; the chart's own
/// definitions are not there.
pub(super) struct Tpl<'a> {
    values: &'a Node,
    name: &'a str,
    namespace: &'a str,
    capabilities: Capabilities,
    /// Made when the first template comes: most values have none.
    scope: OnceCell<(Arc<Functions>, Value)>,
}

impl<'a> Tpl<'a> {
    pub fn new(values: &'a Node, name: &'a str, namespace: &'a str, capabilities: Capabilities) -> Self {
        Tpl { values, name, namespace, capabilities, scope: OnceCell::new() }
    }

    /// # Errors
    ///
    /// Go's, without what led there.
    pub fn render(&self, text: &str) -> Result<String, String> {
        if !text.contains("{{") {
            return Ok(text.to_owned());
        }
        let (functions, scope) = self.scope.get_or_init(|| (functions(), self.scope()));
        let mut set = Templates::new(Arc::clone(functions));
        set.missing_key = MissingKey::Zero;
        set.limits = LIMITS;
        let refused = |error: Box<Error>| reason(&error);
        set.parse("value", text).map_err(refused)?;
        let out = Arc::new(set).render("value", scope.clone()).map_err(refused)?;
        String::from_utf8(helm::without_no_value(out))
            .map_err(|_| "the template gives bytes that are no text".to_owned())
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

/// Go's reason.
fn reason(error: &Error) -> String {
    let root = error.root();
    match root.kind {
        ErrorKind::UnknownTemplate(_) => format!("{}; the chart's own definitions are not there", root.reason),
        _ => root.reason.clone(),
    }
}

/// Time stands still and randomness has a seed: a rendering is a pure function.
fn functions() -> Arc<Functions> {
    let surroundings = Surroundings { clock: Clock::fixed(0, 0), randomness: Randomness::seeded(CHART) };
    Arc::new(chart::functions(&surroundings))
}
