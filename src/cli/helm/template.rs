//! `helm template`: renders a chart, as `chart` does, with Helm's errors and exit codes.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::check::Checking;
use super::post_renderer::PostRenderer;
use super::{Context, Error, dependency, failure, flags, locate, print, typed, values, warn};
use crate::chart::{
    self, Behaviour, Chart, ChartCode, HelmOutput, Loaded, Options, OutputFile, RenderAs, RenderOptions, Request,
    SchemaFiles, SymbolicLinks, UnusedValues,
};
use crate::cli::rendering::{self, ReleaseName};
use crate::diagnostic::{Diagnostic, Failure, Sources};
use crate::patch::Patches;
use crate::values::Values;

pub(super) fn command() -> Command {
    let arguments = Arg::new("arguments")
        .value_name("NAME CHART")
        .help("Release name, and the chart: path, URL, oci://... or REPOSITORY/NAME")
        .required(true)
        .action(ArgAction::Append)
        .num_args(1..);
    Command::new("template")
        .about("Renders a chart")
        .override_usage("helm template [NAME] [CHART] [flags]")
        .args(flags::values())
        .args(flags::chart_source())
        .args(rendering_flags())
        .args(cluster_flags())
        .arg(arguments)
}

fn rendering_flags() -> Vec<Arg> {
    vec![
        flags::csv("api-versions", "VERSION", "Kubernetes API versions that the cluster also has").short('a'),
        flags::text("kube-version", "VERSION", "Kubernetes version to render for"),
        flags::switch("is-upgrade", "Set .Release.IsUpgrade instead of .Release.IsInstall"),
        flags::text("name-template", "TEMPLATE", "Go template of the release name"),
        flags::switch("generate-name", "Has no effect without a name").short('g'),
        flags::list("show-only", "TEMPLATE", "Print only these templates").short('s'),
        flags::switch("include-crds", "Also print the files below crds/"),
        flags::switch("no-hooks", "Leave out hooks"),
        flags::switch("skip-tests", "Leave out test hooks"),
        flags::switch("skip-schema-validation", "Skip the validation against values.schema.json"),
        flags::text("output-dir", "DIR", "Write files into a folder instead of printing"),
        flags::switch("release-name", "Write the files into a folder with the name of the release"),
        flags::text("post-renderer", "NAME", "Plugin that changes the rendered manifests; a program for Helm 3"),
        flags::list("post-renderer-args", "ARGUMENT", "Argument of the post-renderer"),
        flags::switch("dependency-update", "Download missing dependencies first"),
        flags::optional("dry-run", "WHERE", "unset", "client; server needs a cluster"),
        flags::switch("validate", "Needs a cluster").hide(true),
    ]
}

/// Returns the flags that matter only to a cluster: they are accepted, and have no effect.
fn cluster_flags() -> Vec<Arg> {
    const NOTE: &str = "Has no effect without a cluster";
    let mut flags = vec![
        flags::text("description", "TEXT", NOTE),
        flags::list("labels", "KEY=VALUE", NOTE).short('l').value_parser(typed::label),
        flags::timeout(NOTE),
        flags::optional("wait", "STRATEGY", "watcher", NOTE).value_parser(typed::wait),
    ];
    let shown = [
        "create-namespace",
        "disable-openapi-validation",
        "enable-dns",
        "force-conflicts",
        "force-replace",
        "replace",
        "rollback-on-failure",
        "server-side",
        "skip-crds",
        "take-ownership",
        "wait-for-jobs",
    ];
    flags.extend(shown.map(|name| flags::switch(name, NOTE)));
    let hidden = ["atomic", "force", "hide-notes", "render-subchart-notes"];
    flags.extend(hidden.map(|name| flags::switch(name, NOTE).hide(true)));
    flags
}

/// Flags that Helm does not take together.
const EXCLUSIVE: [[&str; 2]; 3] =
    [["force", "force-conflicts"], ["force-replace", "force-conflicts"], ["validate", "dry-run"]];

/// Labels that Helm sets itself.
const SYSTEM_LABELS: [&str; 6] = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    refuse_exclusive(matches)?;
    warn_of_wait(matches, context);
    let checking = Checking::from_environment()?;
    let text = |name| flags::text_of(matches, name);
    let post_renderer =
        PostRenderer::find(&text("post-renderer"), flags::texts_of(matches, "post-renderer-args"), context)?;
    let api_versions = flags::texts_of(matches, "api-versions");
    let capabilities = RenderAs::from(context.release).capabilities(&text("kube-version"), &api_versions)?;
    let needs_cluster = needs_cluster(matches, context)?;
    let (name, chart) = name_and_chart(matches)?;
    let path = locate::chart(matches, &chart, context)?;
    let mut loaded = Opened::default();
    // Helm reads the values before the chart.
    let user = values::read(matches, context)?;
    loaded.load(&path, context)?;
    ensure_installable(&mut loaded, &path, matches, context)?;
    if needs_cluster {
        return Err(Error::Message(
            "cluster reachability check failed: there is no cluster to validate with; `MKMANIFESTS_CHECK=error` \
             validates without one"
                .to_owned(),
        ));
    }
    check_name(&name, context)?;
    let user = loaded.with_sources(user);
    let rendering = RenderOptions {
        include_crds: flags::is_set(matches, "include-crds"),
        no_hooks: flags::is_set(matches, "no-hooks"),
        skip_tests: flags::is_set(matches, "skip-tests"),
        ..RenderOptions::default()
    };
    let options = Options {
        release: rendering::release(name, &context.namespace, flags::is_set(matches, "is-upgrade")),
        capabilities,
        skip_schema: flags::is_set(matches, "skip-schema-validation"),
        schema_files: SchemaFiles::default(),
        helm: Behaviour::of(context.release),
    };
    let request =
        Request { options, rendering, unused_values: UnusedValues::Ignore, patches: Patches::default(), check: false };
    let run = Run { chart: &loaded.chart, user: &user, matches, post_renderer: post_renderer.as_ref() };
    run.print(request, checking, context)
}

fn refuse_exclusive(matches: &ArgMatches) -> Result<(), Error> {
    let is_given = |name: &&str| matches.value_source(name) == Some(ValueSource::CommandLine);
    match EXCLUSIVE.into_iter().find(|pair| pair.iter().all(is_given)) {
        None => Ok(()),
        Some(pair) => {
            let mut sorted = pair;
            sorted.sort_unstable();
            Err(Error::Message(format!(
                "if any flags in the group [{}] are set none of the others can be; [{}] were all set",
                pair.join(" "),
                sorted.join(" ")
            )))
        }
    }
}

/// Warns of a boolean value of `--wait`.
fn warn_of_wait(matches: &ArgMatches, context: &mut Context<'_, '_>) {
    let strategy = match flags::text_of(matches, "wait").as_str() {
        "true" => "watcher",
        "false" => "hookOnly",
        _ => return,
    };
    let value = strategy == "watcher";
    let message = format!("--wait={value} is deprecated (boolean value) and can be replaced with --wait={strategy}");
    warn(&message, context.console);
}

/// Returns whether the flags ask for a cluster: `--validate` or `--dry-run=server`.
fn needs_cluster(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<bool, Error> {
    if context.release.is_v3() {
        let dry_run = flags::text_of(matches, "dry-run");
        return Ok(flags::is_set(matches, "validate") || dry_run == "server");
    }
    let value = matches.get_one::<String>("dry-run").map_or("client", String::as_str);
    let invalid = |known: &str| Err(Error::Message(format!("invalid dry-run value ({value:?}). Must be {known}")));
    match value {
        "client" => {}
        "server" => return Ok(true),
        "unset" => warn("--dry-run is deprecated and should be replaced with '--dry-run=client'", context.console),
        "none" => return invalid("\"server\" or \"client\""),
        _ => match typed::boolean(value) {
            Err(_) => return invalid("\"none\", \"server\", or \"client\""),
            Ok(false) => return invalid("\"server\" or \"client\""),
            Ok(true) => {
                let text = "is deprecated and must be replaced with '--dry-run=client'";
                warn(&format!("boolean '--dry-run={value}' flag {text}"), context.console);
            }
        },
    }
    Ok(flags::is_set(matches, "validate"))
}

/// Returns the name of the release and the chart.
fn name_and_chart(matches: &ArgMatches) -> Result<(String, String), Error> {
    let words = flags::texts_of(matches, "arguments");
    let (given, chart) = match words.as_slice() {
        [chart] => (None, chart),
        [name, chart] => (Some(name.as_str()), chart),
        [_, _, rest @ ..] => {
            let rest = rest.join(", ");
            return Err(Error::Message(format!("expected at most two arguments, unexpected arguments: {rest}")));
        }
        [] => return Err(Error::Message("no chart is given".to_owned())),
    };
    let template = matches.get_one::<String>("name-template").map(String::as_str);
    let name = ReleaseName { given, template, is_generated: flags::is_set(matches, "generate-name") };
    Ok((name.find(None)?, chart.clone()))
}

/// A chart, and the texts that its diagnostics point into.
#[derive(Default)]
struct Opened {
    chart: Chart,
    sources: Sources,
}

impl Opened {
    /// Loads the chart and prints Helm's warnings about it.
    fn load(&mut self, path: &Path, context: &mut Context<'_, '_>) -> Result<(), Error> {
        let mut sources = Sources::default();
        let loaded = chart::load_with(path, SymbolicLinks::All, &mut sources);
        let Loaded { chart, warnings } = loaded.map_err(|diagnostics| Failure::new(diagnostics, Sources::default()))?;
        for warning in warnings {
            inform(&format!("Warning: {}", warning.message()), context);
        }
        *self = Opened { chart, sources };
        Ok(())
    }
}

impl Opened {
    /// Returns the user's values with the texts of the chart before their own.
    fn with_sources(&self, user: Values) -> Values {
        let mut sources = self.sources.clone();
        let by = sources.append(&user.sources);
        let mut root = user.root;
        root.shift_locations(by);
        Values { root, sources }
    }
}

/// Prints what Helm prints through Go's log.
fn inform(message: &str, context: &mut Context<'_, '_>) {
    let line = if context.release.is_v3() {
        format!("{message}\n")
    } else {
        format!("level=INFO msg={}\n", crate::go::quote::quote(message.as_bytes()))
    };
    context.console.write_error(&line);
}

/// Checks that the chart is no library and has its dependencies; downloads them if the flags say so.
fn ensure_installable(
    opened: &mut Opened,
    path: &Path,
    matches: &ArgMatches,
    context: &mut Context<'_, '_>,
) -> Result<(), Error> {
    if opened.chart.is_library() {
        return Err(Error::Message(format!("{} charts are not installable", opened.chart.metadata.kind)));
    }
    if opened.chart.metadata.deprecated {
        match context.release.is_v3() {
            true => context.console.write_error("WARNING: This chart is deprecated\n"),
            false => warn("this chart is deprecated", context.console),
        }
    }
    let missing = chart::missing_dependencies(&opened.chart);
    if missing.is_empty() {
        return Ok(());
    }
    if !flags::is_set(matches, "dependency-update") {
        return Err(failure::missing_dependencies(&missing, context.release));
    }
    let text = dependency::update_first(path, matches, context)?;
    context.console.stdout.write_all(&text)?;
    opened.load(path, context)
}

fn check_name(name: &str, context: &mut Context<'_, '_>) -> Result<(), Error> {
    chart::check_name(name).map_err(|diagnostic| {
        let message = diagnostic.message();
        if let Some((what, why)) = message.split_once(": ").filter(|_| !context.release.is_v3()) {
            let [what, why] = [what, why].map(|text| crate::go::quote::quote(text.as_bytes()));
            context.console.write_error(&format!("level=ERROR msg={what} error={why}\n"));
        }
        Error::Message(message)
    })
}

/// One rendering of a chart.
struct Run<'r> {
    chart: &'r Chart,
    user: &'r Values,
    matches: &'r ArgMatches,
    post_renderer: Option<&'r PostRenderer>,
}

impl Run<'_> {
    fn print(&self, request: Request, checking: Checking, context: &mut Context<'_, '_>) -> Result<u8, Error> {
        let name = request.options.release.name.clone();
        let checked = request.clone();
        let files = Mutex::new(Vec::new());
        let rendered = self.render(request, &files, context);
        let rendered = match rendered {
            Ok(rendered) => rendered,
            Err(failure) => return self.fail(&failure, &files, context),
        };
        print_warnings(&rendered.warnings, context);
        self.refuse_system_labels()?;
        let manifest = self.manifest(&rendered, context)?;
        let check = |unused_values, check| {
            let request = Request { unused_values, check, ..checked.clone() };
            chart::template(self.chart, self.user, request)
        };
        checking.report(check, context.console)?;
        self.write(&rendered, &manifest, &name, context)
    }

    fn render(
        &self,
        request: Request,
        files: &Mutex<Vec<OutputFile>>,
        context: &Context<'_, '_>,
    ) -> Result<HelmOutput, Failure> {
        let plugin = self.post_renderer.filter(|renderer| renderer.is_plugin());
        let (debug, helm) = (context.debug, Behaviour::of(context.release));
        let change = |rendered: Vec<OutputFile>| {
            if debug && let Ok(mut files) = files.lock() {
                files.clone_from(&rendered);
            }
            match plugin {
                None => Ok(rendered),
                Some(plugin) => plugin.change(&rendered, helm),
            }
        };
        let is_needed = debug || plugin.is_some();
        chart::template_with(self.chart, self.user, request, if is_needed { Some(&change) } else { None })
    }

    /// Fails as Helm does. With `--debug`, what was rendered is printed before.
    fn fail(
        &self,
        failure: &Failure,
        files: &Mutex<Vec<OutputFile>>,
        context: &mut Context<'_, '_>,
    ) -> Result<u8, Error> {
        let is_late = failure.diagnostics.first().is_some_and(failure::is_of_templates);
        let has_patterns = !flags::texts_of(self.matches, "show-only").is_empty();
        if context.debug && is_late && !has_patterns {
            let mut files = files.lock().map(|files| files.clone()).unwrap_or_default();
            files.sort_by(|a, b| a.path.cmp(&b.path));
            let files = files.iter().filter(|file| !file.text.trim().is_empty());
            let text: String = files.map(|file| format!("---\n# Source: {}\n{}\n", file.path, file.text)).collect();
            print(format!("{}\n", text.trim()).as_bytes(), context)?;
        }
        Err(failure::of_rendering(failure, context.debug))
    }

    fn refuse_system_labels(&self) -> Result<(), Error> {
        let labels = flags::texts_of(self.matches, "labels");
        let names = labels.iter().flat_map(|label| label.split(','));
        let mut names = names.filter_map(|label| label.split('=').next());
        if !names.any(|name| SYSTEM_LABELS.contains(&name)) {
            return Ok(());
        }
        let system = SYSTEM_LABELS.join(" ");
        Err(Error::Message(format!(
            "user supplied labels contains system reserved label name. System labels: [{system}]"
        )))
    }

    /// Returns the text of the objects, changed by a post-renderer of Helm 3.
    fn manifest(&self, rendered: &HelmOutput, context: &Context<'_, '_>) -> Result<String, Error> {
        let manifest = rendered.manifest();
        match self.post_renderer.filter(|renderer| !renderer.is_plugin()) {
            None => Ok(manifest),
            Some(program) => program.run(&manifest).map_err(|why| {
                let hint = if context.debug { "" } else { "\n\nUse --debug flag to render out invalid YAML" };
                Error::Message(format!("error while running post render on files: {why}{hint}"))
            }),
        }
    }

    /// Prints the output, or writes it into a folder.
    fn write(
        &self,
        rendered: &HelmOutput,
        manifest: &str,
        name: &str,
        context: &mut Context<'_, '_>,
    ) -> Result<u8, Error> {
        let patterns = flags::texts_of(self.matches, "show-only");
        let folder = flags::text_of(self.matches, "output-dir");
        if !folder.is_empty() {
            // Helm uses the name of the release for templates, but not for CRDs.
            let below = match flags::is_set(self.matches, "release-name") {
                true => Path::new(&folder).join(name).components().collect::<PathBuf>().display().to_string(),
                false => folder.clone(),
            };
            rendering::write_files(rendered, &below, &folder, context.console)
                .map_err(|error| super::of_cli(error, context.debug))?;
            return match patterns.first() {
                Some(pattern) => Err(Error::Message(format!("could not find template {pattern} in chart"))),
                None => print(b"\n", context),
            };
        }
        let text = format!("{}\n{}", manifest.trim(), rendered.hooks_text());
        if patterns.is_empty() {
            return print(text.as_bytes(), context);
        }
        let selected = rendered.show_only_of(&text, &patterns);
        let selected = selected.map_err(|diagnostics| Failure::new(diagnostics, Sources::default()))?;
        print(selected.as_bytes(), context)
    }
}

/// Prints the warnings that Helm prints while it merges values.
fn print_warnings(warnings: &[Diagnostic], context: &mut Context<'_, '_>) {
    let is_shown = |warning: &&Diagnostic| warning.subject.code == ChartCode::ValueTypeConflict.into();
    for warning in warnings.iter().filter(is_shown) {
        inform(&format!("warning: {}", warning.message()), context);
    }
}
