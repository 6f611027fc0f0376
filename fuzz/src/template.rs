//! Any text is a template or is refused, and rendering it ends.

use std::sync::Arc;

use mkmanifests::chart;
use mkmanifests::gotmpl::environment::Environment;
use mkmanifests::gotmpl::{Limits, MissingKey, Templates, Value};

/// Low limits, so that every input is fast. Exceeding them is an ordinary error.
const LIMITS: Limits = Limits { steps: 20_000, depth: 200, output: 1 << 20, allocated: 4 << 20 };

pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut templates = Templates::new(chart::functions());
    templates.environment = Environment::reproducible("fuzz");
    templates.limits = LIMITS;
    templates.missing_key = MissingKey::Zero;
    if let Err(error) = templates.parse("fuzz.yaml", &text) {
        assert!(!error.to_string().is_empty());
        return;
    }
    if let Err(error) = Arc::new(templates).render("fuzz.yaml", data(&text)) {
        assert!(!error.to_string().is_empty());
    }
}

fn data(text: &str) -> Value {
    let list = Value::list([Value::from("b"), Value::Nil, Value::Float(-1.5), Value::int(3)]);
    let map = Value::map([("a", Value::from("x: 1")), ("empty", Value::from(""))]);
    let values = [("text", Value::from(text)), ("list", list), ("map", map), ("bytes", Value::raw(vec![0xFF, b'a']))];
    Value::map([("Values", Value::map(values))])
}
