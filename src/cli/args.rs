//! The flags that all rendering subcommands share, with Helm's names where Helm has them.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, FromArgMatches, ValueEnum, ValueHint};

use super::UsageCode;
use super::console::Console;
use crate::diagnostic::{Diagnostic, Failure, Sources, did_you_mean, io_reason, nearest};
use crate::files::{self, FileCode, MAX_TEXT};
use crate::patch::Patches;
use crate::values::{Flag, Layers, Values};

/// The flags of a subcommand that renders objects: what to render, and how to print it.
#[derive(Debug, Args)]
pub(super) struct RenderArgs {
    /// Cluster name, and the release name
    #[arg(long, value_name = "NAME")]
    pub cluster: Option<String>,

    /// Namespace of the objects
    #[arg(short = 'n', long, value_name = "NAME")]
    pub namespace: Option<String>,

    /// Kubernetes version to validate for, such as 1.33
    ///
    /// The version of the cluster's API server. Without it, objects are validated for Kubernetes 1.36.
    #[arg(long, value_name = "VERSION")]
    pub kube_version: Option<String>,

    #[command(flatten)]
    pub values: ValuesArgs,

    /// Print only the objects with this id (repeatable)
    ///
    /// The id is what a `# Source:` comment in the output has after the first `/`.
    #[arg(long, value_name = "ID", help_heading = OUTPUT)]
    pub show_only: Vec<String>,

    /// Also print a Namespace for each namespace
    ///
    /// Use it with `kubectl apply` only: `kubectl delete` would delete the namespace with everything in it.
    #[arg(long, help_heading = OUTPUT)]
    pub create_namespace: bool,

    /// Patch the objects before validation (repeatable)
    ///
    /// The file has JSON patches or merge patches, each with a target. `-` reads stdin.
    #[arg(long, value_name = "FILE", help_heading = OUTPUT, value_hint = ValueHint::FilePath)]
    pub patch: Vec<PathBuf>,

    /// Output format
    #[arg(short = 'o', long, value_name = "FORMAT", default_value = "yaml", help_heading = OUTPUT)]
    pub output: Format,
}

/// The heading of the flags that change what is printed.
pub(super) const OUTPUT: &str = "Output";

/// The heading of the flags that give values.
const VALUES: &str = "Values";

impl RenderArgs {
    /// Layers files and flags over `defaults`; flags apply in the order given.
    pub fn layers<'a>(&self, matches: &ArgMatches, defaults: &'a Values, console: &mut Console<'_>) -> Layers<'a> {
        self.values.layers(matches, defaults, |(index, ..)| *index, console)
    }
}

/// Flags that give values.
///
/// A command has to set its description after it adds these flags: this text would replace its own.
#[derive(Debug, Args)]
pub(super) struct ValuesArgs {
    /// Values file that overrides the defaults (repeatable)
    ///
    /// Later files override earlier ones. `-` reads stdin. Commas separate several files.
    #[arg(short = 'f', long = "values", value_name = "FILE", value_delimiter = ',', help_heading = VALUES,
          value_hint = ValueHint::FilePath)]
    pub values: Vec<PathBuf>,

    /// Set values: a.b=c, list[0]=x or list={x,y}
    ///
    /// Quote values with spaces, braces or commas: `--set 'list={x,y}'`. `key=null` removes a default. A backslash
    /// escapes a dot or comma: `--set 'a\.b=c'`. Numbers, `true` and `false` keep their type. Flags that
    /// set values override files.
    #[arg(long, value_name = "KEY=VALUE", help_heading = VALUES)]
    pub set: Vec<String>,

    /// Set values as strings, even if they look like numbers
    #[arg(long, value_name = "KEY=TEXT", help_heading = VALUES)]
    pub set_string: Vec<String>,

    /// Set values from JSON: a={"b":[1,2]}
    #[arg(long, value_name = "KEY=JSON", help_heading = VALUES)]
    pub set_json: Vec<String>,

    /// Set values to the contents of files
    #[arg(long, value_name = "KEY=FILE", help_heading = VALUES)]
    pub set_file: Vec<String>,

    /// Set one value as a string, keeping commas and braces
    #[arg(long, value_name = "KEY=TEXT", help_heading = VALUES)]
    pub set_literal: Vec<String>,
}

/// The format of printed objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// YAML documents.
    Yaml,
    /// One JSON list.
    Json,
}

/// A flag that sets values: its index on the command line, its kind and its text.
type Setting = (usize, Flag, String);

impl ValuesArgs {
    /// Returns the flags that set values, in the order given.
    fn settings(&self, matches: &ArgMatches) -> Vec<Setting> {
        let kinds = [
            (Flag::Set, "set", &self.set),
            (Flag::SetString, "set_string", &self.set_string),
            (Flag::SetJson, "set_json", &self.set_json),
            (Flag::SetFile, "set_file", &self.set_file),
            (Flag::SetLiteral, "set_literal", &self.set_literal),
        ];
        let mut settings: Vec<Setting> = Vec::new();
        for (flag, id, texts) in kinds {
            let indices = matches.indices_of(id).into_iter().flatten();
            settings.extend(indices.zip(texts).map(|(index, text)| (index, flag, text.clone())));
        }
        settings.sort_by_key(|(index, ..)| *index);
        settings
    }

    /// Layers files and flags over `defaults`; flags are sorted by the key that `order` returns.
    pub fn layers<'a, K: Ord>(
        &self,
        matches: &ArgMatches,
        defaults: &'a Values,
        order: impl Fn(&Setting) -> K,
        console: &mut Console<'_>,
    ) -> Layers<'a> {
        let mut layers = Layers::over(defaults);
        for path in &self.values {
            let name = display_name(path);
            match read_file(path, console) {
                Ok(bytes) => layers.file(&name, &bytes),
                Err(error) => layers.diagnostic(unreadable(path, &name, &error)),
            };
        }
        let mut settings = self.settings(matches);
        settings.sort_by_key(order);
        for (_, flag, text) in settings {
            layers.set(flag, &text, |path| files::read(Path::new(path), MAX_TEXT).map_err(|error| io_reason(&error)));
        }
        layers
    }
}

/// Reads the flags of a subcommand.
pub(super) fn read<T: FromArgMatches>(matches: &ArgMatches) -> Result<T, Diagnostic> {
    T::from_arg_matches(matches).map_err(|error| Diagnostic::error(UsageCode::InvalidArguments, error.to_string()))
}

/// Reads the files that `--patch` names; returns each with its name in messages.
pub(super) fn patch_files(paths: &[PathBuf], console: &mut Console<'_>) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let (mut files, mut diagnostics) = (Vec::new(), Vec::new());
    for path in paths {
        let name = display_name(path);
        match read_file(path, console) {
            Ok(bytes) => files.push((name, bytes)),
            Err(error) => diagnostics.push(unreadable(path, &name, &error)),
        }
    }
    if diagnostics.is_empty() { Ok(files) } else { Err(Failure::new(diagnostics, Sources::default())) }
}

/// Reads the patches in the files that `--patch` names, and adds their texts to `sources`.
pub(super) fn patches(paths: &[PathBuf], sources: &mut Sources, console: &mut Console<'_>) -> Result<Patches, Failure> {
    let (mut patches, mut diagnostics) = (Patches::default(), Vec::new());
    for (name, bytes) in patch_files(paths, console)? {
        match Patches::read(sources, &name, &bytes) {
            Ok(read) => patches.extend(read),
            Err(wrong) => diagnostics.extend(wrong),
        }
    }
    if diagnostics.is_empty() { Ok(patches) } else { Err(Failure::new(diagnostics, sources.clone())) }
}

/// Returns the name of a file in messages.
pub(super) fn display_name(path: &Path) -> String {
    if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() }
}

/// Reads a file, or stdin for `-`.
pub(super) fn read_file(path: &Path, console: &mut Console<'_>) -> std::io::Result<Vec<u8>> {
    if path == Path::new("-") {
        return files::read_stream(&mut *console.stdin, MAX_TEXT);
    }
    files::read(path, MAX_TEXT)
}

/// Explains why a file cannot be read, with the nearest name in its folder.
pub(super) fn unreadable(path: &Path, name: &str, error: &std::io::Error) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(FileCode::of_reading(error), format!("cannot read `{name}`: {}", io_reason(error)));
    let diagnostic = diagnostic.names_file(name);
    if path.is_dir() {
        return diagnostic.help(format!("name a file in it, such as `{}`", first_yaml(path)));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let wanted = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match nearest(wanted, names.iter().map(String::as_str)) {
        Some(near) if error.kind() == std::io::ErrorKind::NotFound => diagnostic.help(did_you_mean(near)),
        _ => diagnostic,
    }
}

/// Returns the path of `values.yaml` in a folder, else of its first YAML file, else of a file that could be there.
fn first_yaml(folder: &Path) -> String {
    let is_yaml = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_yaml).collect();
    files.sort();
    let values = folder.join("values.yaml");
    let first = files.first().filter(|_| !values.is_file()).unwrap_or(&values);
    first.display().to_string()
}
