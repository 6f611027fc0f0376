//! Renders manifests from a folder of minijinja templates.
//!
//! A folder contains `templates/`, and optionally `values.yaml` (documented defaults) and `values.schema.json` (a JSON Schema of the
//! values). Every file below `templates/` whose name ends with `.yaml`, `.yml` or `.json`, optionally followed by `.j2`, renders
//! manifests. Files that start with `_` or have another extension are partials. Templates see `values` and `release` (its `name`,
//! `namespace` and `cluster`), and can use minijinja's own filters and [those below](self#filters-and-functions).
//!
//! An undefined variable is an error. Templates cannot access a clock, randomness, the environment, files or the network. A template
//! that does not terminate is stopped.
//!
//! # Filters and functions
//!
//! | name | what it does |
//! |---|---|
//! | `toyaml`, `toyaml(indent)` | YAML as Helm's `toYaml`; the lines after the first indented |
//! | `tojson`, `tojson(indent)` | JSON with sorted keys |
//! | `fromyaml`, `fromjson` | parse a text |
//! | `indent(n)` | indents every line but the first, as in Jinja |
//! | `nindent(n)` | starts a new line and indents every line, as in Helm |
//! | `quote`, `squote` | put a text in double or single quotes |
//! | `b64encode`, `b64decode`, `sha256sum` (`sha256`) | as in Helm |
//! | `required(message)`, `fail(message)` | fail with a message |
//! | `include(name, context, key=value)` | the text of another template, for use in a filter |
//! | `merge(a, b)`, `mergeoverwrite(a, b)` (`deepmerge`) | merge recursively; the first or the last value wins |
//! | `ternary(yes, no)` | the first or the second argument, by a condition |
//! | `trunc(n)`, `trimprefix(s)`, `trimsuffix(s)`, `kebabcase`, `snakecase` | as in Helm |
//! | `dnslabel` | a valid name of at most 63 characters |
//! | `regex_match(pattern)`, `regex_replace(pattern, with)` | regular expressions in RE2 syntax, as in Helm |
//! | `to_bytes` | a quantity such as `512Mi` in bytes |

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

/// The namespace of objects if none is given: the default of Helm and kubectl.
pub const NAMESPACE: &str = "default";

pub use code::TemplateCode;
pub use folder::{File, Folder};
pub use schema::Compiled;

use crate::check::syntax::dns_subdomain;
use crate::diagnostic::{Diagnostic, Failure, SourceId, Sources};
use crate::manifest::{Manifests, Rendered};
use crate::patch::Patches;
use crate::pipeline::{self, Object, Steps};
use crate::release::Release;
use crate::tree::{Map, Node};
use crate::values::Values;
use error::Templates;
use functions::{Limits, Render};

/// The stack size in bytes: more than the nesting limit of the engine needs, even in debug builds.
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
    // If a template fails, the target of a patch may be missing.
    let none = Patches::default();
    let patches = if diagnostics.is_empty() { patches } else { &none };
    let steps = Steps { patches, validate: true, version: release.kube_version.as_ref(), parallel: false };
    let mut objects: Vec<Object<'_>> = manifests.iter_mut().map(|it| Object::untyped(&mut it.node)).collect();
    let found = pipeline::finish(&mut objects, &steps).into_diagnostics();
    diagnostics.extend(found.into_iter().map(|diagnostic| explain_name(diagnostic, release)));
    objects::check_unique(&manifests, release, &mut diagnostics);
    if diagnostics.is_empty() {
        Ok(Rendered { manifests: Manifests::new(folder.name.clone(), manifests), warnings: Vec::new(), sources })
    } else {
        Err(Failure::new(diagnostics, sources))
    }
}

/// Adds help if an invalid name is that of the release, which is the name of the cluster by default: EKS allows more characters.
fn explain_name(diagnostic: Diagnostic, release: &Release) -> Diagnostic {
    let is_default = !release.name.is_empty() && release.name == release.cluster;
    let is_name = *diagnostic.field() == "metadata.name";
    let contains_name = diagnostic
        .object()
        .is_some_and(|object| object.name.as_deref().is_some_and(|name| name.contains(&release.name)));
    if is_default && is_name && contains_name && dns_subdomain(&release.name).is_err() {
        return diagnostic
            .help("the cluster's name is the default release name; set another one with `--release NAME`");
    }
    diagnostic
}

fn release_node(release: &Release) -> Node {
    let mut map = Map::new();
    map.set("cluster", release.cluster.as_str());
    map.set("name", release.name.as_str());
    map.set("namespace", release.namespace.as_str());
    map.into()
}

/// Renders every template on a separate stack, and returns the texts.
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
                "cannot start a thread for the template engine",
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
            Err(error) => diagnostics.push(located(error::diagnostic(&error, templates, &roots), file, templates)),
        }
    }
    (texts, diagnostics)
}

/// Sets the location of an error about the whole file to its start.
fn located(diagnostic: Diagnostic, file: &File, templates: &Templates<'_>) -> Diagnostic {
    let location =
        if diagnostic.location.is_known() { diagnostic.location } else { templates.start(file.template_name()) };
    diagnostic.at(location)
}

fn render_file(env: &Environment<'_>, file: &File) -> Result<String, Error> {
    let template = env.get_template(file.template_name())?;
    let Render { text, .. } = functions::render(&template, Value::from_pairs::<_, &str, Value>([]))?;
    Ok(text)
}
