//! Reads, annotates and writes objects as kustomize's library kyaml does.

use std::borrow::Cow;

use mkmanifests_yaml::diagnostic::{Location, SourceId};
use mkmanifests_yaml::tree::read::raw::{Content, NodeStyle, RawDocument, RawDocuments, RawNode, ScalarStyle};
use mkmanifests_yaml::tree::write::nodes::write_documents;

/// The annotations that kyaml adds when it reads, and removes when it writes.
const READER: [&str; 3] =
    ["internal.config.kubernetes.io/index", "config.kubernetes.io/index", "internal.config.kubernetes.io/seqindent"];

/// Reads the objects of a text. The items of a list of objects that is alone are objects of their own.
///
/// # Errors
/// What is not YAML, and what is not a mapping, in the words of kyaml.
pub(super) fn parse_all(text: &str) -> Result<Vec<RawDocument<'_>>, String> {
    let parts = split_documents(text)?;
    let is_alone = parts.len() == 1;
    let mut objects = Vec::new();
    for part in parts {
        let read = RawDocuments::with_comments(SourceId::default(), part).next_commented();
        let read = read.map_err(|error| format!("MalformedYAMLError: {}", error.go))?;
        let Some(mut object) = read.filter(|object| !is_null(&object.root)) else { continue };
        clear_empty_annotations(&mut object.root)?;
        let items = if is_alone { items(&object.root) } else { None };
        match items {
            Some(items) => objects.extend(items),
            None => {
                // The annotations of the reader show what has no metadata.
                metadata(&object.root)?;
                objects.push(object);
            }
        }
    }
    Ok(objects)
}

/// Writes objects, with `---` between them.
pub(super) fn string_all(mut objects: Vec<RawDocument<'_>>) -> String {
    for object in &mut objects {
        for key in READER {
            let _ = clear_annotation(&mut object.root, key);
        }
        let _ = clear_empty_annotations(&mut object.root);
    }
    write_documents(&objects)
}

/// Sets an annotation, and creates what is missing for it.
///
/// # Errors
/// An object, metadata or annotations that are not a mapping.
pub(super) fn set_annotation(object: &mut RawNode<'_>, key: &str, text: &str) -> Result<(), String> {
    clear_empty_annotations(object)?;
    let annotations = child(child(object, "metadata")?, "annotations")?;
    let value = |style| scalar(text, style);
    match field(annotations, key)? {
        // kyaml keeps the style of the value that it replaces.
        Some(old) => *old = RawNode { ..value(old.style) },
        None => entries(annotations)?
            .push((scalar(key, NodeStyle::Scalar(ScalarStyle::Plain)), value(NodeStyle::Scalar(ScalarStyle::Single)))),
    }
    Ok(())
}

/// Returns the text of an annotation.
pub(super) fn annotation<'n>(object: &'n RawNode<'_>, key: &str) -> Option<&'n str> {
    text_of(find(find(find(object, "metadata")?, "annotations")?, key)?)
}

/// Removes an annotation.
///
/// # Errors
/// Metadata or annotations that are not a mapping.
pub(super) fn clear_annotation(object: &mut RawNode<'_>, key: &str) -> Result<(), String> {
    let Some(metadata) = field(object, "metadata")?.filter(|node| !is_null(node)) else { return Ok(()) };
    let Some(annotations) = field(metadata, "annotations")?.filter(|node| !is_null(node)) else { return Ok(()) };
    let entries = entries(annotations)?;
    if let Some(at) = entries.iter().position(|(name, _)| text_of(name) == Some(key)) {
        entries.remove(at);
    }
    Ok(())
}

/// Splits at lines that begin with `---`. Only a comment may follow on such a line.
fn split_documents(text: &str) -> Result<Vec<&str>, String> {
    let (mut parts, mut start, mut from) = (Vec::new(), 0, 0);
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("\n---")).map(|at| from + at) {
        let line = at + 1;
        let Some(end) = text.get(line..).and_then(|rest| rest.find('\n')).map(|end| line + end) else { break };
        let separator = text.get(line..end).unwrap_or_default();
        let after = separator.get("---".len()..).unwrap_or_default().trim();
        if !after.is_empty() && !after.starts_with('#') {
            return Err(format!("invalid document separator: {}", separator.trim()));
        }
        // The line break before the separator belongs to the document.
        parts.push(text.get(start..line).unwrap_or_default());
        start = end + 1;
        from = start;
    }
    parts.push(text.get(start..).unwrap_or_default());
    Ok(parts)
}

/// Removes empty annotations and empty metadata.
fn clear_empty_annotations(object: &mut RawNode<'_>) -> Result<(), String> {
    if let Some(metadata) = field(object, "metadata")?.filter(|node| !is_null(node)) {
        remove_if_empty(metadata, "annotations")?;
    }
    remove_if_empty(object, "metadata")
}

fn remove_if_empty(node: &mut RawNode<'_>, key: &str) -> Result<(), String> {
    let is_empty = |node: &RawNode<'_>| match &node.content {
        Content::Scalar { .. } | Content::Alias(..) => true,
        Content::Sequence(items) => items.is_empty(),
        Content::Mapping(entries) => entries.is_empty(),
    };
    entries(node)?.retain(|(name, value)| text_of(name) != Some(key) || !is_empty(value));
    Ok(())
}

/// Checks that an object and its metadata are mappings.
fn metadata(object: &RawNode<'_>) -> Result<(), String> {
    let is_mapping = |node: &RawNode<'_>| matches!(node.content, Content::Mapping(_));
    if !is_mapping(object) {
        return Err(wrong_kind(object));
    }
    match find(object, "metadata").filter(|metadata| !is_mapping(metadata)) {
        Some(metadata) => Err(wrong_kind(metadata)),
        None => Ok(()),
    }
}

/// Returns the items of a list of objects, each as an object.
fn items<'t>(object: &RawNode<'t>) -> Option<Vec<RawDocument<'t>>> {
    let kind = text_of(find(object, "kind")?)?;
    let items = find(object, "items");
    if !matches!(kind, "List" | "ResourceList") || (items.is_none() && find(object, "functionConfig").is_none()) {
        return None;
    }
    let items = match items.map(|items| &items.content) {
        Some(Content::Sequence(items)) => items.clone(),
        _ => Vec::new(),
    };
    let document = |root| RawDocument { head: String::new(), root, foot: String::new() };
    Some(items.into_iter().map(document).collect())
}

/// Returns the mapping that is the value of a key, which is created if it is missing.
fn child<'n, 't>(node: &'n mut RawNode<'t>, key: &str) -> Result<&'n mut RawNode<'t>, String> {
    let entries = entries(node)?;
    let at = match entries.iter().position(|(name, _)| text_of(name) == Some(key)) {
        Some(at) => at,
        None => {
            let mapping = RawNode::new(Content::Mapping(Vec::new()), NodeStyle::Block, Location::default());
            entries.push((scalar(key, NodeStyle::Scalar(ScalarStyle::Plain)), mapping));
            entries.len() - 1
        }
    };
    entries.get_mut(at).map(|(_, value)| value).ok_or_else(String::new)
}

/// Returns the value of a key of a mapping.
fn field<'n, 't>(node: &'n mut RawNode<'t>, key: &str) -> Result<Option<&'n mut RawNode<'t>>, String> {
    let entry = entries(node)?.iter_mut().find(|(name, _)| text_of(name) == Some(key));
    Ok(entry.map(|(_, value)| value))
}

fn find<'n, 't>(node: &'n RawNode<'t>, key: &str) -> Option<&'n RawNode<'t>> {
    let Content::Mapping(entries) = &node.content else { return None };
    entries.iter().find(|(name, _)| text_of(name) == Some(key)).map(|(_, value)| value)
}

fn entries<'n, 't>(node: &'n mut RawNode<'t>) -> Result<&'n mut Vec<(RawNode<'t>, RawNode<'t>)>, String> {
    let wrong = match node.content {
        Content::Mapping(_) => String::new(),
        _ => wrong_kind(node),
    };
    match &mut node.content {
        Content::Mapping(entries) => Ok(entries),
        _ => Err(wrong),
    }
}

fn text_of<'n>(node: &'n RawNode<'_>) -> Option<&'n str> {
    match &node.content {
        Content::Scalar { text, .. } => Some(text),
        _ => None,
    }
}

fn is_null(node: &RawNode<'_>) -> bool {
    let Content::Scalar { text, plain } = &node.content else { return false };
    match &node.tag {
        Some(tag) => tag == "tag:yaml.org,2002:null",
        None => *plain && matches!(&**text, "" | "~" | "null" | "Null" | "NULL"),
    }
}

fn scalar<'t>(text: &str, style: NodeStyle) -> RawNode<'t> {
    let content = Content::Scalar { text: Cow::Owned(text.to_owned()), plain: false };
    RawNode::new(content, style, Location::default())
}

/// Returns kyaml's error for what is not a mapping.
fn wrong_kind(node: &RawNode<'_>) -> String {
    let kind = match &node.content {
        Content::Scalar { .. } => "ScalarNode",
        Content::Alias(..) => "AliasNode",
        Content::Sequence(_) => "SequenceNode",
        Content::Mapping(_) => "MappingNode",
    };
    let contents = write_documents(&[RawDocument { head: String::new(), root: node.clone(), foot: String::new() }]);
    format!("wrong node kind: expected MappingNode but got {kind}: node contents:\n{contents}")
}
