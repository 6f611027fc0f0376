//! Manifests from a user's own folder of minijinja templates.
//!
//! A folder has `templates/`, and beside it `values.yaml` (documented defaults) and `values.schema.json` (a JSON
//! Schema of the values), both optional. Every `.yaml`, `.yml` or `.json` file below `templates/` (or one of these
//! with `.j2`) makes manifests; files that begin with `_` or end otherwise are partials for them. Templates see
//! `values` and `release` (its `name`, `namespace` and `cluster`), minijinja's own filters, and those of
//! [Helm's and Jinja's users](self#filters-and-functions).
//!
//! Whatever is undefined is an error. There is no clock, randomness, environment, file or network in reach, and a
//! template that does not end is stopped.
//!
//! # Filters and functions
//!
//! | name | what it does |
//! |---|---|
//! | `toyaml`, `toyaml(indent)` | YAML as Helm's `toYaml`; the lines after the first indented |
//! | `tojson`, `tojson(indent)` | JSON with sorted keys |
//! | `fromyaml`, `fromjson` | what a text says |
//! | `indent(n)` | Jinja's: every line but the first |
//! | `nindent(n)` | Helm's: a line break, and every line |
//! | `quote`, `squote` | in double or single quotes, whatever the text |
//! | `b64encode`, `b64decode`, `sha256sum` (`sha256`) | as in Helm |
//! | `required(message)`, `fail(message)` | stop with a message |
//! | `include(name, context, key=value)` | the text of another template, to pipe on |
//! | `merge(a, b)`, `mergeoverwrite(a, b)` (`deepmerge`) | deep; the first or the last one wins |
//! | `ternary(yes, no)` | one of two by a condition |
//! | `trunc(n)`, `trimprefix(s)`, `trimsuffix(s)`, `kebabcase`, `snakecase` | as in Helm |
//! | `dnslabel` | a valid name of at most 63 characters |
//! | `regex_match(pattern)`, `regex_replace(pattern, with)` | RE2 syntax, as Helm's |
//! | `to_bytes` | the bytes of a quantity (`512Mi`) |

mod code;
mod engine;
mod engine_text;
mod error;
mod folder;
mod functions;
mod objects;
mod reach;
mod schema;
mod value;

use std::sync::Arc;

use minijinja::value::Value;
use minijinja::{Environment, Error};

pub use code::TemplateCode;
pub use folder::{File, Folder};
pub use schema::Compiled;

use crate::diagnostic::{Diagnostic, Failure, SourceId, Sources};
use crate::manifest::{Manifests, Rendered};
use crate::patch::Patches;
use crate::pipeline::{self, Object, Steps};
use crate::release::Release;
use crate::tree::{Map, Node};
use crate::values::Values;
use error::Templates;
use functions::{Limits, Render};

/// The engine nests calls up to a limit of its own, in debug builds too; this is more than that takes.
const STACK: usize = 64 << 20;

/// Renders all templates of a folder for a release, then patches and validates the objects ([`pipeline`]). It is a pure
/// function of its arguments.
///
/// The id of each object is the path of its template (`templates/deployment.yaml`).
///
/// `values` must already include the folder's defaults ([`Folder::defaults`]), and its sources the texts of the patches.
///
/// # Errors
///
/// All errors at once: values that do not match the schema; in each template the first undefined variable, syntax error or
/// failure; output that is not YAML; patches that do not apply; invalid objects; two objects with the same identity.
pub fn render(folder: &Folder, values: &Values, release: &Release, patches: &Patches) -> Result<Rendered, Failure> {
    let mut sources = values.sources.clone();
    let mut diagnostics = Vec::new();
    if let Some(schema) = &folder.schema {
        folder.compiled.check(schema, &values.root, &mut sources, &mut diagnostics);
    }
    if !diagnostics.is_empty() {
        return Err(Failure::new(diagnostics, sources));
    }
    let texts = render_texts(folder, &values.root, release, &mut sources, &mut diagnostics);
    let mut manifests = Vec::new();
    for (file, text) in texts {
        manifests.extend(objects::read(file, &text, &mut sources, &mut diagnostics));
    }
    // Where a template has failed, the objects of others may be what a patch is for.
    let none = Patches::default();
    let patches = if diagnostics.is_empty() { patches } else { &none };
    let steps = Steps { patches, validate: true, version: release.kube_version.as_ref(), parallel: false };
    let mut objects: Vec<Object<'_>> = manifests.iter_mut().map(|it| Object::untyped(&mut it.node)).collect();
    diagnostics.extend(pipeline::finish(&mut objects, &steps).into_diagnostics());
    objects::check_unique(&manifests, release, &mut diagnostics);
    if diagnostics.is_empty() {
        Ok(Rendered { manifests: Manifests::new(folder.name.clone(), manifests), warnings: Vec::new(), sources })
    } else {
        Err(Failure::new(diagnostics, sources))
    }
}

fn release_node(release: &Release) -> Node {
    let mut map = Map::new();
    map.set("cluster", release.cluster.as_str());
    map.set("name", release.name.as_str());
    map.set("namespace", release.namespace.as_str());
    map.into()
}

/// The text of every output file that renders, on a stack of its own.
fn render_texts<'f>(
    folder: &'f Folder,
    values: &Node,
    release: &Release,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(&'f File, String)> {
    let ids: Vec<SourceId> =
        folder.templates.iter().map(|file| sources.add(file.name.clone(), file.text.clone())).collect();
    let release = release_node(release);
    let work = || {
        let files = folder.templates.iter().zip(ids);
        let templates = Templates(files.map(|(file, id)| (file.template_name(), id, &*file.text)).collect());
        render_all(folder, values, &release, &templates)
    };
    let result = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        thread.ok().and_then(|thread| thread.join().ok())
    });
    match result {
        Some((texts, found)) => {
            diagnostics.extend(found);
            texts
        }
        None => {
            diagnostics.push(Diagnostic::error(
                TemplateCode::EngineUnavailable,
                "the template engine could not run in a thread of its own",
            ));
            Vec::new()
        }
    }
}

type Texts<'f> = (Vec<(&'f File, String)>, Vec<Diagnostic>);

fn render_all<'f>(folder: &'f Folder, values: &Node, release: &Node, templates: &Templates<'_>) -> Texts<'f> {
    let roots = [("values", values), ("release", release)];
    let limits = Arc::new(Limits::default());
    let env = match engine::environment(folder, values, release, &limits) {
        Ok(env) => env,
        Err(error) => return (Vec::new(), vec![error::diagnostic(&error, templates, &roots)]),
    };
    let (mut texts, mut diagnostics) = (Vec::new(), Vec::new());
    for file in folder.templates.iter().filter(|file| file.is_output()) {
        limits.reset();
        match render_file(&env, file) {
            Ok(text) => texts.push((file, text)),
            Err(error) => diagnostics.push(placed(error::diagnostic(&error, templates, &roots), file, templates)),
        }
    }
    (texts, diagnostics)
}

/// An error of the whole file points to its beginning.
fn placed(diagnostic: Diagnostic, file: &File, templates: &Templates<'_>) -> Diagnostic {
    let location =
        if diagnostic.location.is_known() { diagnostic.location } else { templates.beginning(file.template_name()) };
    diagnostic.at(location)
}

fn render_file(env: &Environment<'_>, file: &File) -> Result<String, Error> {
    let template = env.get_template(file.template_name())?;
    let Render { text, .. } = functions::render(&template, Value::from_pairs::<_, &str, Value>([]))?;
    Ok(text)
}
