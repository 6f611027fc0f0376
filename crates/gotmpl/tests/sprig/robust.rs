//! Tests that no value of a template crashes a function.

use std::sync::{Arc, LazyLock};

use mkmanifests_gotmpl::{Elem, Functions, List, Map, MapType, Templates, Type, Value, sprig};
use proptest::prelude::*;

/// Functions that take a second for each call by intent, or ask the network.
const LEFT_OUT: [&str; 3] = ["bcrypt", "htpasswd", "getHostByName"];

static FUNCTIONS: LazyLock<Arc<Templates>> = LazyLock::new(|| {
    let mut functions = Functions::new();
    functions.extend(sprig::all());
    Arc::new(Templates::new(Arc::new(functions)))
});

fn names() -> Vec<&'static str> {
    let is_quick = |name: &&'static str| !LEFT_OUT.contains(name) && !name.starts_with("gen");
    let mut names: Vec<_> = sprig::all().iter().map(|function| function.name()).filter(is_quick).collect();
    names.sort_unstable();
    names
}

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![8 => -9..30i64, 1 => Just(i64::MIN), 1 => Just(i64::MAX), 1 => 10_000..100_000i64, 1 => any::<i64>()]
}

fn text() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[ -~é日\\n]{0,12}".prop_map(Value::from),
        prop::collection::vec(any::<u8>(), 0..12).prop_map(Value::raw),
        prop::sample::select(vec!["", "0x1p-1100", "[{\"a\":[1e999]}]", "1_0", "\\u", "{\"a\":"]).prop_map(Value::from),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::from),
        number().prop_map(Value::int),
        number().prop_map(Value::int64),
        any::<f64>().prop_map(Value::from),
        text(),
        prop::collection::vec(any::<u8>(), 0..4).prop_map(Value::bytes),
        Just(Value::List(List::nil(Elem::Any))),
        Just(Value::Map(Map::nil(MapType::ANY))),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::list),
            prop::collection::vec(("[a-c]", inner), 0..4).prop_map(Value::map),
        ]
    })
}

fn map() -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Nil), prop::collection::vec(("[a-c]", any_value()), 0..4).prop_map(Value::map)]
}

fn of_type(kind: Type) -> BoxedStrategy<Value> {
    match kind {
        Type::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Type::Int => number().prop_map(Value::int).boxed(),
        Type::Int64 => number().prop_map(Value::int64).boxed(),
        Type::Float64 => any::<f64>().prop_map(Value::from).boxed(),
        Type::Str => text().boxed(),
        Type::Map => map().boxed(),
        _ => any_value().boxed(),
    }
}

fn call() -> impl Strategy<Value = (&'static str, Vec<Value>)> {
    prop::sample::select(names()).prop_flat_map(|name| {
        let function = FUNCTIONS.functions().get(name).expect("its name is from there");
        let mut params = function.params().to_vec();
        if function.is_variadic() {
            let last = *params.last().expect("what is variadic has a parameter");
            params.extend([last; 2]);
        }
        (Just(name), params.into_iter().map(of_type).collect::<Vec<_>>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn functions_answer_or_fail((name, args) in call()) {
        let _ = FUNCTIONS.call(name, &args);
    }
}

#[test]
fn maps_that_hold_themselves_are_refused() {
    let map = Map::new();
    map.insert("self", Value::Map(map.clone())).expect("it is not a nil map");
    let own = [Value::Map(map.clone())];
    for name in ["mustToJson", "mustToPrettyJson", "deepCopy", "toString", "quote"] {
        assert!(FUNCTIONS.call(name, &own).is_err(), "{name}");
    }
    let two = [Value::Map(map.clone()), Value::Map(map)];
    assert!(FUNCTIONS.call("mergeOverwrite", &two).is_err());
}
