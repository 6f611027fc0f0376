//! Patches: the examples of RFC 6902, RFC 6901 and RFC 7386, and properties for all values.

use mkmanifests_check::patch::{Patches, merge};
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};
use mkmanifests_yaml::tree::{Node, to_node};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Applies operations to `{"kind": "X", "doc": ...}`; their paths are relative to `doc`.
fn patched(doc: &Value, operations: &Value) -> Result<Value, String> {
    let mut operations = operations.clone();
    for operation in operations.as_array_mut().expect("a list") {
        for key in ["path", "from"] {
            if let Some(path) = operation.get_mut(key) {
                *path = format!("/doc{}", path.as_str().expect("text")).into();
            }
        }
    }
    let patch = json!({"target": {"kind": "X"}, "patch": operations});
    let patches = Patches::from_node(&node(&patch), &Sources::default()).map_err(|diagnostics| first(&diagnostics))?;
    let mut objects = [node(&json!({"kind": "X", "doc": doc}))];
    let diagnostics = patches.apply(&mut objects).diagnostics;
    if !diagnostics.is_empty() {
        return Err(first(&diagnostics));
    }
    Ok(serde_json::to_value(&objects[0]).expect("JSON")["doc"].clone())
}

fn first(diagnostics: &[Diagnostic]) -> String {
    diagnostics.first().map(|diagnostic| diagnostic.message()).unwrap_or_default()
}

fn node(value: &Value) -> Node {
    to_node(value).expect("a node")
}

#[track_caller]
fn assert_patched(doc: Value, operations: Value, expected: Value) {
    assert_eq!(patched(&doc, &operations), Ok(expected), "{doc} {operations}");
}

#[track_caller]
fn assert_fails(doc: Value, operations: Value, part: &str) {
    let message = patched(&doc, &operations).expect_err("it is refused");
    assert!(message.contains(part), "{message}");
}

#[test]
fn add() {
    assert_patched(json!({"a": 1}), json!([{"op": "add", "path": "/b", "value": [1]}]), json!({"a": 1, "b": [1]}));
    assert_patched(json!({"a": 1}), json!([{"op": "add", "path": "/a", "value": null}]), json!({"a": null}));
    assert_patched(json!([1, 3]), json!([{"op": "add", "path": "/1", "value": 2}]), json!([1, 2, 3]));
    assert_patched(json!([1]), json!([{"op": "add", "path": "/1", "value": [2]}]), json!([1, [2]]));
    assert_patched(json!([[1]]), json!([{"op": "add", "path": "/0/-", "value": 2}]), json!([[1, 2]]));
    assert_patched(json!({}), json!([{"op": "add", "path": "/", "value": 1}]), json!({"": 1}));
    assert_patched(json!({"x": 1}), json!([{"op": "add", "path": "/0", "value": 1}]), json!({"x": 1, "0": 1}));
    assert_patched(json!({"x": 1}), json!([{"op": "add", "path": "", "value": []}]), json!([]));
    assert_fails(json!({"a": 1}), json!([{"op": "add", "path": "/b/c", "value": 1}]), "has no `b`");
    assert_fails(json!([1]), json!([{"op": "add", "path": "/2", "value": 1}]), "has no item 2");
    assert_fails(json!([1]), json!([{"op": "add", "path": "/-1", "value": 1}]), "not an index");
    assert_fails(json!([1]), json!([{"op": "add", "path": "/a", "value": 1}]), "not an index");
    assert_fails(json!("text"), json!([{"op": "add", "path": "/a", "value": 1}]), "not a mapping or a list");
    assert_fails(json!({}), json!([{"op": "add", "path": "/a"}]), "`value` is required");
}

#[test]
fn remove_and_replace() {
    assert_patched(json!({"a": 1, "b": 2}), json!([{"op": "remove", "path": "/a"}]), json!({"b": 2}));
    assert_patched(
        json!([1, 2, 3]),
        json!([{"op": "remove", "path": "/0"}, {"op": "remove", "path": "/1"}]),
        json!([2]),
    );
    assert_patched(json!({"a": null}), json!([{"op": "remove", "path": "/a"}]), json!({}));
    assert_patched(
        json!([{"a": 1}]),
        json!([{"op": "replace", "path": "/0/a", "value": {"b": 2}}]),
        json!([{"a": {"b": 2}}]),
    );
    assert_fails(json!({"abc": 1}), json!([{"op": "remove", "path": "/abd"}]), "has no `abd`");
    assert_fails(json!([1]), json!([{"op": "remove", "path": "/1"}]), "has no item 1");
    assert_fails(json!([1]), json!([{"op": "remove", "path": "/-"}]), "has no item -");
    assert_fails(json!([1, 2]), json!([{"op": "remove", "path": "/01"}]), "not an index");
    assert_fails(json!([1, 2]), json!([{"op": "replace", "path": "/1e0", "value": 1}]), "not an index");
    assert_fails(json!({}), json!([{"op": "replace", "path": "/a", "value": 1}]), "has no `a`");
}

#[test]
fn move_and_copy() {
    let doc = || json!({"a": {"b": 1}, "c": [1, 2]});
    assert_patched(doc(), json!([{"op": "move", "from": "/a/b", "path": "/d"}]), json!({"a": {}, "c": [1, 2], "d": 1}));
    assert_patched(doc(), json!([{"op": "move", "from": "/c/0", "path": "/c/1"}]), json!({"a": {"b": 1}, "c": [2, 1]}));
    assert_patched(doc(), json!([{"op": "move", "from": "/a", "path": "/a"}]), doc());
    assert_patched(
        doc(),
        json!([{"op": "copy", "from": "/a", "path": "/c/-"}]),
        json!({"a": {"b": 1}, "c": [1, 2, {"b": 1}]}),
    );
    assert_patched(
        doc(),
        json!([{"op": "copy", "from": "/a", "path": "/a/b"}]),
        json!({"a": {"b": {"b": 1}}, "c": [1, 2]}),
    );
    assert_fails(doc(), json!([{"op": "move", "from": "/a", "path": "/a/b"}]), "into itself");
    assert_fails(doc(), json!([{"op": "move", "from": "/x", "path": "/a"}]), "has no `x`");
    assert_fails(doc(), json!([{"op": "copy", "from": "/c/2", "path": "/a"}]), "has no item 2");
    assert_fails(doc(), json!([{"op": "copy", "path": "/a"}]), "`from` is required");
}

#[test]
fn test_compares_values() {
    let doc = || json!({"a": [1, {"x": 1, "y": 2}], "n": null, "t": "1"});
    for (path, value) in [("/a/0", json!(1)), ("/a/1", json!({"y": 2, "x": 1})), ("/n", json!(null))] {
        assert_patched(doc(), json!([{"op": "test", "path": path, "value": value, "other": 1}]), doc());
    }
    assert_fails(
        doc(),
        json!([{"op": "test", "path": "/t", "value": 1}]),
        "expected the number 1, found the string \"1\"",
    );
    assert_fails(doc(), json!([{"op": "test", "path": "/a", "value": [1]}]), "failed");
    // Either all operations apply or none.
    assert_fails(
        doc(),
        json!([{"op": "remove", "path": "/n"}, {"op": "test", "path": "/n", "value": null}]),
        "has no `n`",
    );
}

#[test]
fn paths_are_json_pointers() {
    let doc = || json!({"a/b": 1, "m~n": 2, "~1": 3, "": {"": 4}, " ": 5, "c%d": 6});
    for (path, value) in [("/a~1b", 1), ("/m~0n", 2), ("/~01", 3), ("//", 4), ("/ ", 5), ("/c%d", 6)] {
        assert_patched(doc(), json!([{"op": "test", "path": path, "value": value}]), doc());
    }
    assert_fails(doc(), json!([{"op": "test", "path": "/m~n", "value": 2}]), "invalid `~`");
}

#[test]
fn operations_are_known_by_name() {
    assert_fails(json!({}), json!([{"op": "ad", "path": "/a", "value": 1}]), "unknown operation `ad`");
    assert_fails(json!({}), json!([{"path": "/a", "value": 1}]), "`op` is required");
    assert_fails(json!({}), json!([{"op": "remove"}]), "`path` is required");
    assert_fails(json!({}), json!([1]), "expected an operation");
}

/// The examples of RFC 7386, appendix A: target, patch, result.
#[test]
fn merge_patches() {
    for (target, patch, expected) in [
        (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
        (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
        (json!({"a": "b"}), json!({"a": null}), json!({})),
        (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
        (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
        (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
        (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
        (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
        (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
        (json!({"a": "b"}), json!(["c"]), json!(["c"])),
        (json!({"a": "foo"}), json!(null), json!(null)),
        (json!({"a": "foo"}), json!("bar"), json!("bar")),
        (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
        (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
        (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
    ] {
        let mut merged = node(&target);
        merge(&mut merged, &node(&patch));
        assert_eq!(serde_json::to_value(&merged).expect("JSON"), expected, "{target} {patch}");
    }
}

#[test]
fn targets_select_objects() {
    let objects = || {
        let object = |kind: &str, version: &str, name: &str, namespace: &str, labels: Value| {
            node(&json!({"apiVersion": version, "kind": kind,
                "metadata": {"name": name, "namespace": namespace, "labels": labels}}))
        };
        vec![
            object("Deployment", "apps/v1", "web", "shop", json!({"app": "web"})),
            object("Deployment", "apps/v1", "web-api", "shop", json!({"app": "api"})),
            object("Service", "v1", "web", "other", json!({"app": "web"})),
        ]
    };
    let chosen = |target: Value| -> Vec<usize> {
        let patch = node(&json!({"target": target, "patch": {"marked": true}}));
        let mut objects = objects();
        Patches::from_node(&patch, &Sources::default()).expect("a patch").apply(&mut objects);
        objects.iter().enumerate().filter(|(_, object)| object.get("marked").is_some()).map(|(at, _)| at).collect()
    };
    assert_eq!(chosen(json!({"kind": "Deployment"})), [0, 1]);
    assert_eq!(chosen(json!({"name": "web"})), [0, 2]);
    assert_eq!(chosen(json!({"name": "web.*", "kind": "Deployment"})), [0, 1]);
    assert_eq!(chosen(json!({"group": "apps", "version": "v1", "name": "web"})), [0]);
    assert_eq!(chosen(json!({"group": ""})), [2]);
    assert_eq!(chosen(json!({"namespace": "shop"})), [0, 1]);
    assert_eq!(chosen(json!({"labelSelector": "app in (web)"})), [0, 2]);
    assert_eq!(chosen(json!({"labelSelector": "app!=web"})), [1]);
    assert_eq!(chosen(json!({"annotationSelector": "a=b"})), [0; 0]);
    for (pattern, expected) in [
        ("webs?", vec![0, 2]),
        ("web-apix*", vec![1]),
        ("x|web", vec![0, 2]),
        ("(?i)WEB", vec![0, 2]),
        ("we(b|x)", vec![0, 2]),
        ("web-", vec![]),
        ("b.*", vec![]),
        (".*api", vec![1]),
    ] {
        assert_eq!(chosen(json!({"name": pattern})), expected, "{pattern}");
    }
    assert_eq!(chosen(json!({"name": "web.*", "labelSelector": "app=web", "namespace": "shop"})), [0]);
    assert_eq!(chosen(json!({"name": "web", "namespace": "oth.."})), [2]);
}

#[test]
fn a_patch_selects_by_what_earlier_patches_have_set() {
    let patches = node(&json!([
        {"target": {"name": "a"}, "patch": {"metadata": {"name": "b", "namespace": "new", "labels": {"app": "x"}}}},
        {"target": {"name": "b"}, "patch": {"by": {"name": true}}},
        {"target": {"namespace": "new"}, "patch": {"by": {"namespace": true}}},
        {"target": {"labelSelector": "app=x"}, "patch": {"by": {"label": true}}},
        {"target": {"name": "a.*"}, "patch": {"by": {"old": true}}},
    ]));
    let mut objects =
        [node(&json!({"kind": "X", "metadata": {"name": "a", "namespace": "old", "labels": {"app": "y"}}}))];
    let applied = Patches::from_node(&patches, &Sources::default()).expect("patches").apply(&mut objects);
    assert_eq!(applied.diagnostics.len(), 1);
    let by = serde_json::to_value(objects[0].get("by").expect("it was selected")).expect("JSON");
    assert_eq!(by, json!({"name": true, "namespace": true, "label": true}));
}

#[test]
fn a_merge_patch_may_name_its_target() {
    let patch = json!({"patch": {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "x": 1}});
    let mut objects = [node(&json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}))];
    let patches = Patches::from_node(&node(&patch), &Sources::default()).expect("a patch");
    assert!(patches.apply(&mut objects).diagnostics.is_empty());
    assert!(objects[0].get("x").is_some());
}

#[test]
fn locations_in_a_patch_as_text_are_those_of_the_file() {
    let text = b"target: {kind: Deployment}\npatch: |-\n  - op: add\n    path: /x\n    value: 3\n";
    let mut sources = Sources::default();
    let patches = Patches::read(&mut sources, "patch.yaml", text).expect("a patch");
    let mut objects = [node(&json!({"kind": "Deployment", "metadata": {"name": "web"}}))];
    assert!(patches.apply(&mut objects).diagnostics.is_empty());
    let location = objects[0].get("x").expect("it was added").location;
    assert_eq!((location.line, location.column), (5, 12));
}

#[test]
fn a_patch_may_not_rename_to_an_existing_object() {
    let patch = json!({"target": {"name": "a"}, "patch": [{"op": "replace", "path": "/metadata/name", "value": "b"}]});
    let object = |name: &str| node(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}));
    let patches = Patches::from_node(&node(&patch), &Sources::default()).expect("a patch");
    let diagnostics = patches.apply(&mut [object("a"), object("b")]).diagnostics;
    assert_eq!(first(&diagnostics), "a patch renames an object to ConfigMap `b`, which already exists");
    assert!(patches.apply(&mut [object("a"), object("c")]).diagnostics.is_empty());
}

/// Draws a JSON value without null, which a merge patch cannot set.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-c~/]{0,3}".prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-c~/]{0,2}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Returns the merge patch from one value to another.
fn difference(from: &Value, to: &Value) -> Value {
    let (Value::Object(from), Value::Object(to)) = (from, to) else { return to.clone() };
    let gone = from.keys().filter(|key| !to.contains_key(*key)).map(|key| (key.clone(), Value::Null));
    let changed = to
        .iter()
        .filter(|(key, value)| from.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), from.get(key).map_or(value.clone(), |old| difference(old, value))));
    Value::Object(gone.chain(changed).collect())
}

/// Collects every path of a value.
fn paths(value: &Value, at: &str, out: &mut Vec<String>) {
    let escape = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| paths(value, &format!("{at}/{}", escape(key)), out)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| paths(value, &format!("{at}/{index}"), out));
        }
        _ => {}
    }
    out.push(at.to_owned());
}

proptest! {
    #[test]
    fn a_merge_patch_converts_any_value_to_any_other(from in value(), to in value()) {
        let mut merged = node(&from);
        merge(&mut merged, &node(&difference(&from, &to)));
        prop_assert_eq!(merged, node(&to));
    }

    #[test]
    fn merging_is_idempotent(from in value(), patch in value()) {
        let mut once = node(&from);
        merge(&mut once, &node(&patch));
        let mut twice = once.clone();
        merge(&mut twice, &node(&patch));
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn removing_and_adding_a_value_restores_it(doc in value(), pick in any::<prop::sample::Index>()) {
        let mut all = Vec::new();
        paths(&doc, "", &mut all);
        let path = pick.get(&all).clone();
        let pointed = doc.pointer(&path).expect("it exists").clone();
        let operations = json!([
            {"op": "test", "path": path, "value": pointed},
            {"op": "remove", "path": path},
            {"op": "add", "path": path, "value": pointed},
        ]);
        prop_assert_eq!(patched(&doc, &operations), Ok(doc));
    }

    #[test]
    fn no_operation_panics(doc in value(), path in "(/[a-c0-2~/-]{0,2}){0,3}", from in "(/[a-c0-2-]{0,2}){0,3}", op in "add|remove|replace|move|copy|test") {
        let _ = patched(&doc, &json!([{"op": op, "path": path, "from": from, "value": 1}]));
    }
}

#[test]
fn a_renamed_object_is_found_by_its_new_name() {
    let mut sources = Sources::default();
    let text = b"\
- {target: {name: a}, patch: {metadata: {name: b}}}
- {target: {name: b}, patch: {data: {x: '1'}}}
- {target: {name: 'b|c'}, patch: {data: {z: '2'}}}
";
    let patches = Patches::read(&mut sources, "patch.yaml", text).expect("patches");
    let object = |name: &str| {
        to_node(&serde_json::json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}))
            .expect("a node")
    };
    let mut objects = vec![object("a"), object("c")];
    let applied = patches.apply(&mut objects);
    assert!(applied.diagnostics.is_empty(), "{:?}", applied.diagnostics);
    let data = |at: usize, key: &str| objects[at].find(["data", key]).and_then(Node::as_str);
    assert_eq!((data(0, "x"), data(0, "z")), (Some("1"), Some("2")));
    assert_eq!((data(1, "x"), data(1, "z")), (None, Some("2")));
}
