use super::{Input, Request};
use mkmanifests_yaml::tree::Node;

fn input(text: &str, request: Request) -> Input {
    let mut input = Input::default();
    input.add("x.yaml", text.as_bytes(), request);
    input
}

fn names(input: &Input) -> Vec<&str> {
    let name = |object: &'_ Node| object.find(["metadata", "name"]).and_then(Node::as_str).map(str::to_owned);
    input.objects.iter().map(|object| name(object).map_or("", |name| String::leak(name))).collect()
}

#[test]
fn streams_and_lists_are_taken_apart() {
    let text = "kind: A\nmetadata: {name: a}\n---\n---\n# nothing\n---\nkind: List\napiVersion: v1\nitems:\n- {kind: B, \
                metadata: {name: b}}\n- {kind: BList, items: [{metadata: {name: c}}]}\n";
    let read = input(text, Request::ByName);
    assert_eq!(names(&read), ["a", "b", "c"]);
    assert_eq!(read.objects[2].get("kind").and_then(Node::as_str), Some("B"));
    assert!(read.diagnostics.is_empty() && read.failures.is_empty());
}

#[test]
fn json_values_may_follow_one_another_and_have_tabs() {
    let text =
        "{\t\"kind\": \"A\", \"metadata\": {\"name\": \"a}\"}}{\"kind\": \"B\",\n\t\"metadata\": {\"name\": 3}}\n";
    let read = input(text, Request::ByName);
    assert_eq!(read.objects.len(), 2, "{:?}", read.failures);
    let location = read.objects[1].find(["metadata", "name"]).expect("a name").location;
    assert_eq!((location.line, location.column), (2, 23));
}

#[test]
fn a_broken_document_does_not_hide_the_others() {
    let text = "kind: A\nmetadata: {name: a}\n---\na: b: c\n---\nkind: B\nmetadata:\n  name: b\n  name: c\n";
    let read = input(text, Request::ByName);
    assert_eq!(names(&read), ["a", "c"]);
    assert_eq!(read.failures.iter().map(|diagnostic| diagnostic.location.line).collect::<Vec<_>>(), [4]);
    assert_eq!(read.diagnostics.iter().map(|diagnostic| diagnostic.location.line).collect::<Vec<_>>(), [9]);
    assert_eq!(read.diagnostics[0].rule(), "object/unique-keys");
}

#[test]
fn what_is_no_object_is_told_or_left_out() {
    let chart = "apiVersion: v2\nname: web\nversion: 0.1.0\n";
    let kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
    for text in ["replicas: 1\n", "- 1\n", "text\n", chart, kustomization] {
        let named = input(text, Request::ByName);
        assert_eq!((named.diagnostics.len(), named.objects.len(), named.skipped.len()), (1, 0, 0), "{text}");
        let found = input(text, Request::InFolder);
        assert_eq!((found.diagnostics.len(), found.objects.len(), found.skipped.len()), (0, 0, 1), "{text}");
    }
    // A misspelt key is no reason to look away.
    for text in ["apiVersion: v1\nkid: Pod\nmetadata: {name: a}\n", "kind: Pod\n", "metadata: {}\nspec: {}\n"] {
        assert_eq!(input(text, Request::InFolder).objects.len(), 1, "{text}");
    }
}
