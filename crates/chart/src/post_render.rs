//! Joins rendered files for a post-renderer, and takes its output apart again, as Helm 4 does.
//!
//! Each object gets an annotation with the path of its template, and loses it again. Helm writes all objects again in both
//! directions, by kustomize's library kyaml: with their comments, but with the library's own indentation and empty lines.
//!
//! Source: `annotateAndMerge` and `splitAndDeannotate`.

mod kyaml;

use super::ChartCode;
use super::behaviour::{Behaviour, Change};
use super::output::OutputFile;
use super::split;
use mkmanifests_yaml::diagnostic::Diagnostic;

/// The annotation with the path of an object's template.
const ANNOTATION: &str = "postrenderer.helm.sh/postrender-filename";

/// Joins files to one stream of YAML documents, in the order of their paths.
///
/// # Errors
/// A document that is not YAML or not a mapping, in Helm's words.
pub fn merge(files: &[OutputFile], helm: Behaviour) -> Result<String, Diagnostic> {
    let mut files: Vec<&OutputFile> = files.iter().filter(|file| !is_skipped(file)).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let texts: Vec<(&str, String)> =
        files.iter().flat_map(|file| documents(&file.text, helm).into_iter().map(|text| (&*file.path, text))).collect();
    let mut objects = Vec::new();
    for (path, text) in &texts {
        let refused = |doing, why| error(format!("error merging manifests: {doing} {path}: {why}"));
        for mut object in kyaml::parse_all(text).map_err(|why| refused("parsing", why))? {
            kyaml::set_annotation(&mut object.root, ANNOTATION, path).map_err(|why| refused("annotating", why))?;
            objects.push(object);
        }
    }
    Ok(kyaml::string_all(objects))
}

/// Takes the output of a post-renderer apart: the objects of each path, without the annotation. An object without it
/// belongs to a file `generated-by-postrender-N.yaml`.
///
/// # Errors
/// A document that is not YAML or not a mapping, in Helm's words.
pub fn unmerge(text: &str) -> Result<Vec<OutputFile>, Diagnostic> {
    let text = text.replace("\r\n", "\n");
    let refused = |why| error(format!("error while parsing post rendered output: {why}"));
    let mut files: Vec<(String, Vec<_>)> = Vec::new();
    let objects = kyaml::parse_all(&text).map_err(|why| refused(format!("error parsing YAML: {why}")))?;
    for (index, mut object) in objects.into_iter().enumerate() {
        let path = kyaml::annotation(&object.root, ANNOTATION).filter(|path| !path.is_empty());
        let path = path.map_or_else(|| format!("generated-by-postrender-{index}.yaml"), str::to_owned);
        kyaml::clear_annotation(&mut object.root, ANNOTATION)
            .map_err(|why| refused(format!("clearing filename annotation: {why}")))?;
        match files.iter_mut().find(|(known, _)| *known == path) {
            Some((_, objects)) => objects.push(object),
            None => files.push((path, vec![object])),
        }
    }
    Ok(files.into_iter().map(|(path, objects)| OutputFile { path, text: kyaml::string_all(objects) }).collect())
}

/// Returns whether a file is a partial or has no text.
fn is_skipped(file: &OutputFile) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    name.starts_with('_') || file.text.trim().is_empty()
}

/// Splits a file as a release of Helm does before it gives the parts to kyaml, which splits them again.
fn documents(text: &str, helm: Behaviour) -> Vec<String> {
    let unix = |text: &str| text.replace("\r\n", "\n");
    // Both came with Helm 4.2.
    if helm.has(Change::TrailingBlankLinesKept) {
        return split::documents(text, helm).into_iter().map(unix).collect();
    }
    vec![with_lone_marks(&unix(text))]
}

/// Ends each line that begins with `---` and continues without a space, such as `---apiVersion: v1`, after the mark.
fn with_lone_marks(text: &str) -> String {
    let lone = |line: &str| match line.strip_prefix("---") {
        Some(rest) if rest.starts_with(|char: char| !char.is_ascii_whitespace()) => format!("---\n{rest}"),
        _ => line.to_owned(),
    };
    text.split_inclusive('\n').map(lone).collect()
}

fn error(message: String) -> Diagnostic {
    Diagnostic::error(ChartCode::PostRendererFailed, message)
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
        let merged = merge(&[file("web/b.yaml", b), file("web/a.yaml", a)], Behaviour::default()).unwrap();
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
