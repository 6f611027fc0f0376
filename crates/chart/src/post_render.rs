//! Joins rendered files for a post-renderer, and takes its output apart again, as Helm 4 does.
//!
//! Each object gets an annotation with the path of its template. Helm writes the objects again, with its own
//! indentation; here their text stays as it is, apart from the annotation.
//!
//! Source: `annotateAndMerge` and `splitAndDeannotate`.

use super::ChartCode;
use super::behaviour::Behaviour;
use super::output::OutputFile;
use super::split;
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::tree::read::{Duplicates, first_document};
use mkmanifests_yaml::tree::write::{Style, write};
use mkmanifests_yaml::tree::{Entry, Kind, Map, Node};

/// The annotation with the path of an object's template.
const ANNOTATION: &str = "postrenderer.helm.sh/postrender-filename";

/// Joins files to one stream of YAML documents, in the order of their paths.
///
/// # Errors
/// A document that is not YAML, in Helm's words.
pub fn merge(files: &[OutputFile]) -> Result<String, Diagnostic> {
    let mut files: Vec<&OutputFile> = files.iter().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut documents = Vec::new();
    for OutputFile { path, text } in files {
        for document in split::documents(text, Behaviour::default()) {
            let refused = |why| error(format!("error merging manifests: parsing {path}: {why}"));
            let node = first_document(Default::default(), document, Duplicates::LastWins)
                .map_err(|refused_by| refused(refused_by.go))?;
            if node.as_map().is_some() {
                documents.push(annotated(document.trim_end(), &node, path));
            }
        }
    }
    Ok(documents.join("---\n"))
}

/// Takes the output of a post-renderer apart: the objects of each path, without the annotation. An object without it
/// belongs to a file `generated-by-postrender-N.yaml`.
///
/// # Errors
/// A document that is not YAML, in Helm's words.
pub fn unmerge(text: &str) -> Result<Vec<OutputFile>, Diagnostic> {
    let mut files: Vec<OutputFile> = Vec::new();
    let mut index = 0;
    for document in split::documents(text, Behaviour::default()) {
        let refused = |why| error(format!("error while parsing post rendered output: error parsing YAML: {why}"));
        let node = first_document(Default::default(), document, Duplicates::LastWins)
            .map_err(|refused_by| refused(refused_by.go))?;
        if node.is_null() {
            continue;
        }
        let annotation = node.find(["metadata", "annotations", ANNOTATION]).and_then(Node::as_str);
        let path = annotation.map_or_else(|| format!("generated-by-postrender-{index}.yaml"), str::to_owned);
        let text = if annotation.is_some() { bare(document, &node) } else { ended(document.trim_end()) };
        match files.iter_mut().find(|file| file.path == path) {
            Some(file) => file.text = format!("{}---\n{text}", file.text),
            None => files.push(OutputFile { path, text }),
        }
        index += 1;
    }
    Ok(files)
}

fn error(message: String) -> Diagnostic {
    Diagnostic::error(ChartCode::PostRendererFailed, message)
}

fn ended(text: &str) -> String {
    format!("{text}\n")
}

/// Adds the annotation to the text of an object.
fn annotated(document: &str, node: &Node, path: &str) -> String {
    with_line(document, node, path).or_else(|| in_flow(document, node, path)).unwrap_or_else(|| {
        let mut node = node.clone();
        let mut annotations =
            node.find(["metadata", "annotations"]).and_then(Node::as_map).cloned().unwrap_or_default();
        annotations.set(ANNOTATION, path);
        set_annotations(&mut node, annotations);
        printed(&node)
    })
}

/// Adds a line to the annotations in block style; `None` if they, or the metadata, have another style.
fn with_line(document: &str, node: &Node, path: &str) -> Option<String> {
    let lines: Vec<&str> = document.lines().collect();
    let metadata = node.as_map()?.entry("metadata")?;
    let fields = block(metadata)?;
    let quoted = path.replace('\'', "''");
    let (end, added) = match fields.entry("annotations") {
        Some(annotations) => {
            let first = block(annotations)?.entries().first()?;
            let indent = " ".repeat(first.location.column.checked_sub(1)? as usize);
            (end_of(&lines, annotations), format!("{indent}{ANNOTATION}: '{quoted}'"))
        }
        None => {
            let indent = " ".repeat(fields.entries().first()?.location.column.checked_sub(1)? as usize);
            (end_of(&lines, metadata), format!("{indent}annotations:\n{indent}  {ANNOTATION}: '{quoted}'"))
        }
    };
    let (before, after) = lines.split_at_checked(end)?;
    let text = [before, &[added.as_str()], after].concat().join("\n");
    Some(ended(&text))
}

/// Adds the annotation to metadata in flow style, `{name: a}`; `None` for other metadata.
fn in_flow(document: &str, node: &Node, path: &str) -> Option<String> {
    let metadata = node.as_map()?.entry("metadata")?;
    let annotations = metadata.value.as_map()?.entry("annotations");
    let (entry, added) = match annotations {
        Some(annotations) => (annotations, flow_pair(path)),
        None => (metadata, format!("annotations: {{{}}}", flow_pair(path))),
    };
    let start: usize =
        document.split_inclusive('\n').take((entry.location.line as usize).checked_sub(1)?).map(str::len).sum();
    let start = start + (entry.location.column as usize).checked_sub(1)?;
    let open = start + document.get(start..)?.find('{')?;
    let close = closing(document, open)?;
    let comma = if document.get(open + 1..close)?.trim().is_empty() { "" } else { ", " };
    let text = format!("{}{comma}{added}{}", document.get(..close)?.trim_end(), document.get(close..)?);
    let read = first_document(Default::default(), &text, Duplicates::LastWins).ok()?;
    let is_there = read.find(["metadata", "annotations", ANNOTATION]).and_then(Node::as_str) == Some(path);
    is_there.then(|| ended(&text))
}

fn flow_pair(path: &str) -> String {
    format!("{ANNOTATION}: '{}'", path.replace('\'', "''"))
}

/// Returns where the brace at `open` is closed, outside of quotes.
fn closing(text: &str, open: usize) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, char) in text.get(open..)?.char_indices() {
        match (quote, char) {
            (Some(mark), char) if char == mark => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(char),
            (None, '{') => depth += 1,
            (None, '}') if depth == 1 => return Some(open + at),
            (None, '}') => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Returns the mapping of an entry, if it is in block style: it begins on a line below its key.
fn block(entry: &Entry) -> Option<&Map> {
    let map = entry.value.as_map()?;
    map.entries().first().filter(|first| first.location.line > entry.location.line).map(|_| map)
}

/// Returns how many lines come before the end of the block of an entry.
fn end_of(lines: &[&str], entry: &Entry) -> usize {
    let start = entry.location.line as usize;
    let indent = entry.location.column as usize;
    let is_inside = |line: &&&str| line.trim().is_empty() || line.len() - line.trim_start().len() >= indent;
    let inside = lines.iter().skip(start).take_while(is_inside).count();
    let is_content = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let block = lines.get(start..start + inside).unwrap_or_default();
    start + block.iter().rposition(is_content).map_or(0, |last| last + 1)
}

/// Removes the annotation from the text of an object, and annotations without any other.
fn bare(document: &str, node: &Node) -> String {
    without_line(document).or_else(|| out_of_flow(document, node)).unwrap_or_else(|| {
        let mut node = node.clone();
        let mut annotations =
            node.find(["metadata", "annotations"]).and_then(Node::as_map).cloned().unwrap_or_default();
        annotations.remove(ANNOTATION);
        set_annotations(&mut node, annotations);
        printed(&node)
    })
}

/// Removes the line with the annotation; `None` if the line has other text too.
fn without_line(document: &str) -> Option<String> {
    let mut lines: Vec<&str> = document.trim_end().lines().collect();
    let is_annotation = |line: &&str| {
        let name = line.trim_start().split(": ").next().unwrap_or_default();
        name.trim_matches(['"', '\'']) == ANNOTATION
    };
    let at = lines.iter().position(is_annotation)?;
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(lines.get(at)?);
    lines.remove(at);
    let above = at.checked_sub(1).and_then(|above| lines.get(above)).copied().unwrap_or_default();
    let is_alone = above.trim_end().ends_with("annotations:") && lines.get(at).is_none_or(|next| indent(next) < own);
    if is_alone {
        lines.remove(at - 1);
    }
    let text = ended(&lines.join("\n"));
    let node = first_document(Default::default(), &text, Duplicates::LastWins).ok()?;
    node.find(["metadata", "annotations", ANNOTATION]).is_none().then_some(text)
}

/// Removes what [`in_flow`] added; `None` if it is not there any more.
fn out_of_flow(document: &str, node: &Node) -> Option<String> {
    let pair = flow_pair(node.find(["metadata", "annotations", ANNOTATION])?.as_str()?);
    let whole = format!("annotations: {{{pair}}}");
    let added = [format!(", {whole}"), whole, format!(", {pair}"), pair];
    let found = added.iter().find(|added| document.contains(added.as_str()))?;
    let text = ended(document.replacen(found.as_str(), "", 1).trim_end());
    let read = first_document(Default::default(), &text, Duplicates::LastWins).ok()?;
    read.find(["metadata", "annotations", ANNOTATION]).is_none().then_some(text)
}

fn set_annotations(node: &mut Node, annotations: Map) {
    let Some(root) = node.as_map_mut() else { return };
    let mut metadata = root.get("metadata").and_then(Node::as_map).cloned().unwrap_or_default();
    if annotations.is_empty() {
        metadata.remove("annotations");
    } else {
        metadata.set("annotations", Kind::Map(annotations));
    }
    root.set("metadata", Kind::Map(metadata));
}

fn printed(node: &Node) -> String {
    let mut out = Vec::new();
    // Writing to memory does not fail.
    let _ = write(&mut out, node, Style::HELM);
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> OutputFile {
        OutputFile { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn objects_are_annotated_and_taken_apart_again() {
        let a = "# head\nkind: A\nmetadata:\n  name: a # x\n\n---\n# nothing\n---\nkind: B\nmetadata: {name: b}\n";
        let b = "kind: C\nmetadata:\n  annotations:\n    x: y\n  name: c\nspec:\n- a\n";
        let merged = merge(&[file("web/b.yaml", b), file("web/a.yaml", a)]).unwrap();
        assert_eq!(
            merged,
            "# head\nkind: A\nmetadata:\n  name: a # x\n  annotations:\n    \
             postrenderer.helm.sh/postrender-filename: 'web/a.yaml'\n---\nkind: B\nmetadata: {name: b, annotations: \
             {postrenderer.helm.sh/postrender-filename: 'web/a.yaml'}}\n---\nkind: C\nmetadata:\n  \
             annotations:\n    x: y\n    postrenderer.helm.sh/postrender-filename: 'web/b.yaml'\n  name: c\nspec:\n- a\n"
        );
        let files = unmerge(&format!("{merged}---\nkind: D\n")).unwrap();
        assert_eq!(
            files,
            [
                file("web/a.yaml", "# head\nkind: A\nmetadata:\n  name: a # x\n---\nkind: B\nmetadata: {name: b}\n"),
                file("web/b.yaml", b),
                file("generated-by-postrender-3.yaml", "kind: D\n"),
            ]
        );
    }
}
