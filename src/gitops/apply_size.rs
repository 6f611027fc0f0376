//! Finds objects that are too large for `kubectl apply`, which stores the whole object in an annotation unless it uses server-side
//! apply.

use std::io::{self, Write};

use super::FleetCode;
use super::object::Object;
use super::objects::Identity;
use crate::diagnostic::Diagnostic;
use crate::tree::{Kind, Node};

/// The size limit of the annotations of an object in bytes, keys and values together: `TotalAnnotationSizeLimitB` in
/// k8s.io/apimachinery/pkg/api/validation.
const LIMIT: usize = 256 << 10;

/// `LastAppliedConfigAnnotation` in k8s.io/api/core/v1.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The most bytes of JSON for one byte of text (`\u003c`).
const MOST_PER_BYTE: usize = 6;

/// Warns if an object is too large for `kubectl apply`.
pub(super) fn warning(object: &Object) -> Option<Diagnostic> {
    let (title, size) = (Identity::of(object.node()).title(), object.too_large()? >> 10);
    let message = format!(
        "{title} is too large for `kubectl apply`: its annotations would have {size} KiB, at most 256 KiB are allowed"
    );
    let help = "use `kubectl apply --server-side`; Flux does so, and `--argocd` sets `ServerSideApply=true`";
    Some(Diagnostic::warning(FleetCode::ObjectTooLarge, message).help(help))
}

/// Returns the size of the object's annotations after `kubectl apply` in bytes, if it exceeds the limit.
pub(super) fn too_large(node: &Node) -> Option<usize> {
    // Nearly all objects are small, and need not be serialized to find out.
    let may_be = size_without_escapes(node) * MOST_PER_BYTE > LIMIT;
    may_be.then(|| annotations_size(node)).filter(|size| *size > LIMIT)
}

/// Returns an upper bound of the size of the node's JSON without escapes.
fn size_without_escapes(node: &Node) -> usize {
    // More than the delimiters of an item, or a number, take.
    const ITEM: usize = 32;
    match &node.kind {
        Kind::Str(text) => ITEM + text.len(),
        Kind::Map(map) => {
            map.entries().iter().map(|entry| ITEM + entry.key.len() + size_without_escapes(&entry.value)).sum()
        }
        Kind::Seq(items) => items.iter().map(size_without_escapes).sum::<usize>() + ITEM,
        _ => ITEM,
    }
}

/// Returns the size of all annotations after `kubectl apply` in bytes: the object as JSON, and its own annotations.
fn annotations_size(node: &Node) -> usize {
    let own = node.find(["metadata", "annotations"]).and_then(Node::as_map);
    let own = own.map(|map| map.entries()).unwrap_or_default();
    let own: usize = own.iter().map(|entry| entry.key.len() + entry.value.as_str().map_or(0, str::len)).sum();
    own + LAST_APPLIED.len() + json_size(node)
}

/// Returns the size of the JSON that kubectl writes in bytes, including the line break at the end.
fn json_size(node: &Node) -> usize {
    let mut counter = Counter(0);
    // Counting never fails, and every node can be serialized.
    let _ = serde_json::to_writer(&mut counter, node);
    let without_annotations = node.find(["metadata", "annotations"]).is_none();
    // kubectl adds an empty map where there is none.
    counter.0 + 1 + if without_annotations { r#""annotations":{},"#.len() } else { 0 }
}

/// Counts the bytes of JSON as Go writes it, where `<`, `>`, `&` and two line separators are escaped.
struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let html = bytes.iter().filter(|byte| matches!(byte, b'<' | b'>' | b'&')).count();
        let separators = bytes.windows(3).filter(|it| matches!(it, [0xe2, 0x80, 0xa8 | 0xa9])).count();
        self.0 += bytes.len() + html * 5 + separators * 3;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config_map(text: &str) -> Node {
        let value = serde_json::json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "annotations": {"a": "b"}},
            "data": {"a": text},
        });
        crate::tree::to_node(&value).expect("an object")
    }

    /// Lengths of the annotation that `kubectl create configmap x --from-file=a=FILE --save-config` of kubectl 1.37 writes,
    /// and of `"annotations":{"a":"b"}`, which it leaves out.
    #[test]
    fn the_size_is_that_of_kubectl() {
        let own = r#""annotations":{"a":"b"},"#.len();
        for (text, kubectl) in [("<b>&x é 😀 \"q\" \u{1}\t\n", 124), ("", 79)] {
            assert_eq!(json_size(&config_map(text)), kubectl + own, "{text:?}");
        }
    }

    #[test]
    fn the_limit_is_that_of_an_api_server() {
        let rest = annotations_size(&config_map(""));
        assert!(too_large(&config_map(&"x".repeat(LIMIT - rest))).is_none());
        assert!(too_large(&config_map(&"x".repeat(LIMIT - rest + 1))).is_some());
        assert!(too_large(&config_map(&"<".repeat((LIMIT - rest) / 6 + 1))).is_some());
        assert!(too_large(&config_map(&"<".repeat((LIMIT - rest) / 6))).is_none());
    }
}
