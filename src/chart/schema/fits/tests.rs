//! What is told to fit is held against the crate, which has to say the same.

use crate::chart::Schema;
use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map as Object, Value as Json, json};

use super::fits;
use crate::chart::schema::check_schema;
use crate::gotmpl::{Map, Value};

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap()), Value::int),
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => Value::list(items.iter().map(value)),
        Json::Object(map) => self::map(map).into(),
    }
}

fn map(map: &Object<String, Json>) -> Map {
    map.iter().map(|(key, json)| (key.as_str(), value(json))).collect()
}

fn values() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Json::from),
        select(vec![json!(0), json!(1), json!(1.0), json!(-2.5), json!(9_007_199_254_740_993_i64), json!(1e300)]),
        select(vec!["", "a", "bb", "é", "x\ny"]).prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Json::from),
            vec((select(vec!["a", "b", "c", "$ref"]), inner), 0..4)
                .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

/// Keywords with values that are right mostly.
fn keywords(schema: BoxedStrategy<Json>) -> BoxedStrategy<(&'static str, Json)> {
    let types = || {
        prop_oneof![
            select(vec!["object", "string", "number", "integer", "null", "array", "boolean"]).prop_map(Json::from),
            subsequence(vec!["object", "string", "number", "integer", "null"], 0..4).prop_map(Json::from),
            Just(json!("text")),
        ]
    };
    let named = |names: Vec<&'static str>, schema: BoxedStrategy<Json>| {
        vec((select(names), schema), 0..3)
            .prop_map(|entries| Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
    };
    let list = vec(schema.clone(), 0..3).prop_map(Json::from);
    let bound = select(vec![json!(0), json!(1), json!(2), json!(1.5), json!("1"), json!(true), json!(-1)]);
    prop_oneof![
        8 => types().prop_map(|types| ("type", types)),
        6 => named(vec!["a", "b", "c"], schema.clone()).prop_map(|map| ("properties", map)),
        2 => named(vec![".*", ".*", "^a$", "("], schema.clone()).prop_map(|map| ("patternProperties", map)),
        1 => (select(vec!["definitions", "$defs"]), named(vec!["a"], schema.clone())),
        6 => (select(vec!["additionalProperties", "items", "if", "then", "else", "not"]), schema.clone()),
        3 => (select(vec!["allOf", "anyOf", "oneOf"]), list),
        3 => vec(select(vec!["a", "b", "c"]), 0..3).prop_map(|names| ("required", Json::from(names))),
        2 => vec(values(), 0..3).prop_map(|options| ("enum", Json::from(options))),
        2 => (select(vec!["const", "default", "form", "title", "deprecated", "examples", "$note"]), values()),
        2 => (
            select(vec![
                "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems",
                "maxItems", "minProperties", "maxProperties",
            ]),
            bound
        ),
        1 => (
            select(vec!["$schema", "$ref", "$id", "id", "format", "pattern", "uniqueItems", "dependencies", "contains"]),
            select(vec![json!("#"), json!("a"), json!(true), json!({"a": ["b"]}), json!("email")])
        ),
        1 => select(vec![
            "http://json-schema.org/schema#", "https://json-schema.org/draft-07/schema#",
            "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-06/schema#",
            "https://json-schema.org/draft/2019-09/schema", "https://json-schema.org/draft/2020-12/schema",
        ])
        .prop_map(|uri| ("$schema", Json::from(uri))),
    ]
    .boxed()
}

fn schemas() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![2 => any::<bool>().prop_map(Json::from), 1 => Just(json!({})), 1 => values()];
    leaf.prop_recursive(4, 24, 4, |inner| {
        vec(keywords(inner.boxed()), 0..5)
            .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Json>())
    })
}

fn roots() -> impl Strategy<Value = Object<String, Json>> {
    vec((select(vec!["a", "b", "c"]), values()), 0..4)
        .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

#[test]
fn what_fits_is_not_refused() {
    let found = Cell::new(0);
    let config = Config { cases: 6000, failure_persistence: None, ..Config::default() };
    let run = TestRunner::new(config).run(&(schemas(), vec(roots(), 4)), |(schema, values)| {
        let text = schema.to_string();
        for values in values {
            let values = map(&values);
            if fits(text.as_bytes(), &values) {
                found.set(found.get() + 1);
                let refused = check_schema("chart", &Schema::new(text.as_bytes()), &values, &[]);
                prop_assert!(refused.is_empty(), "{text}\n{values:?}\n{refused:?}");
            }
        }
        Ok(())
    });
    run.unwrap();
    assert!(found.get() > 1000, "only {} fit", found.get());
}

/// What most schemas of charts say.
#[test]
fn common_schemas_need_no_second_look() {
    let schema = json!({
        "$schema": "http://json-schema.org/schema#",
        "type": "object",
        "additionalProperties": false,
        "required": ["image"],
        "properties": {
            "image": {
                "type": "object",
                "properties": {"tag": {"type": ["string", "null"]}, "pullPolicy": {"enum": ["Always", "Never", ""]}},
            },
            "replicas": {"type": "integer", "minimum": 1, "title": "How many", "form": true},
            "annotations": {"type": "object", "patternProperties": {".*": {"type": "string"}}},
            "service": {"if": {"properties": {"type": {"const": "None"}}}, "then": {"required": ["why"]}},
        },
    });
    let fits = |values: Json| fits(schema.to_string().as_bytes(), &map(values.as_object().unwrap()));
    assert!(fits(json!({"image": {"tag": "1", "pullPolicy": ""}, "replicas": 2.0, "annotations": {"a": "b"}})));
    assert!(fits(json!({"image": {"tag": null}, "service": {"type": "None", "why": "so"}})));
    assert!(fits(json!({"image": {}, "service": {"type": "LoadBalancer"}})));
    for values in [
        json!({}),
        json!({"image": {"tag": 1}}),
        json!({"image": {"pullPolicy": "Sometimes"}}),
        json!({"image": {}, "imag": {}}),
        json!({"image": {}, "replicas": 1.5}),
        json!({"image": {}, "replicas": 0}),
        json!({"image": {}, "annotations": {"a": 1}}),
        json!({"image": {}, "service": {"type": "None"}}),
    ] {
        assert!(!fits(values.clone()), "{values}");
    }
}
