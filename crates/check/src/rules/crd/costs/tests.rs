//! Estimates of whole schemas, as the server's own tests have them (apiextensions-apiserver
//! pkg/apiserver/schema/cel/compilation_test.go, `TestCostEstimation`).

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::ValidationRule;
use serde_json::{Value, json};

use super::*;

fn cost(schema: &Value, rule: &str) -> u64 {
    let schema: JSONSchemaProps = serde_json::from_value(schema.clone()).unwrap();
    let validation = ValidationRule { rule: rule.to_owned(), ..Default::default() };
    let environment = environment_of(&schema, false, &validation).unwrap();
    crate::cel::check(rule, &environment, &[]).unwrap_or_else(|why| panic!("{rule}: {why}"));
    most_cost(rule, &environment, &shape(&schema, false, &Words::of(&validation)))
}

fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

fn map(values: Value) -> Value {
    json!({"type": "object", "additionalProperties": values})
}

fn text(format: &str) -> Value {
    json!({"type": "string", "format": format})
}

#[test]
fn estimates_are_those_of_the_server() {
    let number = json!({"type": "number"});
    let any = json!({"x-kubernetes-int-or-string": true});
    let three = json!({"type": "object", "properties": {"str": text(""), "before": {"type": "string", "maxLength": 2},
        "after": {"type": "string", "maxLength": 4}, "separator": text("")}});
    for (schema, rule, expected) in [
        (list(number.clone()), "self.all(x, true)", 4_718_591),
        (list(text("")), "self.all(x, true)", 3_145_727),
        (list(json!({"type": "boolean"})), "self.all(x, true)", 1_887_437),
        (list(list(number.clone())), "self.all(x, true)", 3_145_727),
        (list(text("duration")), "self.all(x, true)", 2_359_295),
        (list(text("date")), "self.all(x, true)", 725_936),
        (list(text("date-time")), "self.all(x, true)", 428_963),
        (list(any.clone()), "self.all(x, true)", 4_718_591),
        (map(number.clone()), "self.all(x, true)", 1_348_169),
        (map(text("")), "self.all(x, true)", 1_179_647),
        (map(text("date-time")), "self.all(x, true)", 349_526),
        (map(map(number.clone())), "self.all(x, true)", 1_179_647),
        (text(""), "self.contains('test')", 314_574),
        (text(""), "self.startsWith('test')", 2),
        (text(""), "size(self + \"hello\") > size(\"hello\")", 314_578),
        (list(number.clone()), "self[1] == 0.0", 2),
        (list(text("")), "self[1] == self[1]", 314_577),
        (text(""), "self.matches(\"x\")", 314_574),
        (text(""), "\"\".matches(\"(((((((((())))))))))[0-9]\")", 7),
        (text(""), "self.matches(\"\")", 1),
        (map(text("")), "self.all(x, x.contains(self[x]))", 2_752_507),
        (text(""), "self == \"x\"", 2),
        (json!({"type": "string", "maxLength": 0}), "self == \"x\"", 1),
        (text("byte"), "self == b\"x\"", 2),
        (list(number.clone()), "self.all(x, x == 0.0)", 6_291_454),
        (list(any.clone()), "self[0] == 5", 3),
        (list(list(number.clone())), "self[0][0] == -1.0", 3),
        (list(map(number.clone())), "self.all(x, x.y == 25.2)", 6_291_452),
        (list(map(number)), "self[0].x > 2.0", 4),
        (list(text("duration")), "self[0].getHours() == 2", 4),
        (text(""), "self.find('[0-9]+') == ''", 629_147),
        (list(text("")), "self.join(' ') == 'aa bb'", 329_853_068_905),
        (list(text("")), "self.isSorted() == true", 329_854_432_052),
        (three.clone(), "self.str.replace(self.before, self.after) == 'does not matter'", 629_154),
        (three, "self.str.split(self.separator) == []", 629_160),
        (text(""), "self.lowerAscii() == 'lower!'", 314_575),
        (map(json!({"type": "integer"})), "oldSelf.size() == self.size()", 5),
        (map(text("date-time")), "self[\"a\"] == self[\"b\"]", 8),
        (json!({"type": "string", "enum": ["A", "LongValue"]}), "self.contains('A')", 2),
        (any.clone(), "isQuantity(self)", 314_574),
    ] {
        assert_eq!(cost(&schema, rule), expected, "{schema}: {rule}");
    }
    let bounded = json!({"type": "string", "x-kubernetes-int-or-string": true, "maxLength": 20});
    assert_eq!(cost(&bounded, "isQuantity(self)"), 9);
}
