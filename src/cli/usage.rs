//! Explains mistakes in a command line: what is wrong, and the command that was probably meant.

use std::path::Path;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::console::Console;
use super::shell::{self, Words};
use super::{UsageCode, command, help, verbs};
use crate::components;
use crate::diagnostic::{Diagnostic, Failure, Sources, did_you_mean, listed, nearest};

/// Flags whose values have characters that a shell treats specially.
const SET_FLAGS: [&str; 5] = ["--set", "--set-string", "--set-json", "--set-file", "--set-literal"];

/// Reports a command line that clap rejected, with a message of this module if it has a better one than clap.
pub(super) fn report(error: &clap::Error, console: &mut Console<'_>) {
    match explain(error, &console.words) {
        Some(diagnostic) => console.fail(&Failure::new(vec![diagnostic], Sources::default())),
        None => console.print_usage(error),
    }
}

fn explain(error: &clap::Error, words: &[String]) -> Option<Diagnostic> {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => Some(unknown_command(context(ContextKind::InvalidSubcommand)?, words)),
        ErrorKind::UnknownArgument | ErrorKind::ArgumentConflict => {
            // clap takes one word too many for a subcommand where the command has any.
            let argument = context(ContextKind::InvalidArg).or_else(|| context(ContextKind::InvalidSubcommand))?;
            match (argument.starts_with('-'), error.kind()) {
                (true, ErrorKind::UnknownArgument) => unknown_flag(argument, words),
                (true, _) => None,
                (false, _) => extra_argument(argument, words),
            }
        }
        ErrorKind::InvalidValue => {
            let Some(ContextValue::Strings(valid)) = error.get(ContextKind::ValidValue) else { return None };
            invalid_value(context(ContextKind::InvalidValue)?, context(ContextKind::InvalidArg)?, valid)
        }
        _ => None,
    }
}

/// Reports that the value of a flag or argument is not one of the allowed ones.
fn invalid_value(value: &str, argument: &str, valid: &[String]) -> Option<Diagnostic> {
    if value.is_empty() || valid.is_empty() {
        return None;
    }
    let names = || valid.iter().map(String::as_str);
    let one_of = if valid.len() == 1 { "" } else { "one of " };
    let message = format!("invalid value `{value}` for `{argument}`: must be {one_of}{}", listed(names()));
    let diagnostic = Diagnostic::error(UsageCode::InvalidArguments, message);
    Some(match nearest(value, names()) {
        Some(name) if valid.len() > 1 => diagnostic.help(did_you_mean(name)),
        _ => diagnostic,
    })
}

/// Returns what to say about a subcommand that does not exist: the nearest one, or where to find them all.
pub(super) fn help_on_unknown_command(name: &str) -> String {
    match nearest(name, help::command_names()) {
        Some(near) => did_you_mean(near),
        None => "`mkmanifests --help` lists the commands".to_owned(),
    }
}

/// Reports that the first word of the command line is not a command of this program.
fn unknown_command(name: &str, words: &[String]) -> Diagnostic {
    let rest = words.iter().position(|word| word == name).and_then(|at| words.get(at + 1..)).unwrap_or_default();
    let help = if is_chart(Path::new(name)) {
        let command = shell::join(["mkmanifests", "chart"].into_iter().chain(words.iter().skip(1).map(String::as_str)));
        format!("`{name}` is a chart: run `{command}`")
    } else {
        instead_of_verb(name, rest).unwrap_or_else(|| help_on_unknown_command(name))
    };
    Diagnostic::error(UsageCode::UnknownCommand, format!("unknown command `{name}`")).help(help)
}

/// Returns the command to run instead of a verb of Helm or kubectl; `rest` is what follows the verb.
fn instead_of_verb(name: &str, rest: &[String]) -> Option<String> {
    let root = built();
    let words = Words::split(root.find_subcommand("chart")?, rest);
    verbs::instead_of(name, &words.positional, &words.flags)
}

/// Returns the command line with the flags of every subcommand; usually only those of the current one are added.
fn built() -> Command {
    let mut root = command();
    root.build();
    root
}

/// Reports that the command does not have a flag, and names the commands that do.
fn unknown_flag(argument: &str, words: &[String]) -> Option<Diagnostic> {
    let root = built();
    let name = words.iter().skip(1).find(|word| root.find_subcommand(word).is_some())?;
    let flag = argument.split('=').next().unwrap_or_default();
    let owners: Vec<&str> = root.get_subcommands().filter(|it| has_flag(it, flag)).map(Command::get_name).collect();
    let help = match owners.as_slice() {
        _ if name == "check" && matches!(flag, "-f" | "--filename") => {
            let words = words.iter().skip(1).filter(|word| *word != flag).map(String::as_str);
            format!("files are arguments of `check`: run `{}`", shell::join(["mkmanifests"].into_iter().chain(words)))
        }
        [] => {
            let of_helm = verbs::instead_of_flag(flag.trim_start_matches('-')).filter(|_| name == "chart");
            of_helm.map(str::to_owned).or_else(|| nearest_flag(root.find_subcommand(name)?, flag))?
        }
        owners => format!("`{flag}` is a flag of {}", listed(owners.iter().copied())),
    };
    Some(Diagnostic::error(UsageCode::UnknownFlag, format!("`{name}` has no flag `{flag}`")).help(help))
}

/// Returns the help with the most similar flag of a command.
fn nearest_flag(command: &Command, flag: &str) -> Option<String> {
    let names = command.get_arguments().filter_map(clap::Arg::get_long);
    let near = nearest(flag.strip_prefix("--")?, names)?;
    Some(did_you_mean(format!("--{near}")))
}

fn has_flag(command: &Command, flag: &str) -> bool {
    command.get_arguments().any(|arg| match flag.strip_prefix("--") {
        Some(long) => arg.get_long() == Some(long),
        None => arg.get_short().is_some() && arg.get_short() == flag.chars().nth(1),
    })
}

/// Reports an argument that the command does not expect.
fn extra_argument(argument: &str, words: &[String]) -> Option<Diagnostic> {
    if let Some(diagnostic) = split_by_shell(words).or_else(|| chart_verb(words)) {
        return Some(diagnostic);
    }
    let name = words.iter().skip(1).find(|word| help::command_names().any(|name| name == *word))?;
    let (takes, help) = match name.as_str() {
        "chart" if !["show", "dependencies"].contains(&argument) => ("PATH and RELEASE only", None),
        "template" => ("DIR and RELEASE only", None),
        name if components::find(name).is_some() => {
            ("flags only", Some(format!("to name the cluster, use `--cluster {argument}`")))
        }
        _ => return None,
    };
    let message = format!("unexpected argument `{argument}`: `{name}` takes {takes}");
    let diagnostic = Diagnostic::error(UsageCode::InvalidArguments, message);
    Some(help.into_iter().fold(diagnostic, Diagnostic::help))
}

/// Explains a verb of Helm where `chart` expects a path, as in `chart dependency list`.
fn chart_verb(words: &[String]) -> Option<Diagnostic> {
    let at = words.iter().position(|word| word == "chart")?;
    let root = built();
    let split = Words::split(root.find_subcommand("chart")?, words.get(at + 1..)?);
    let (name, rest) = split.positional.split_first()?;
    if Path::new(name).exists() {
        return None;
    }
    let help = verbs::instead_of(name, rest, &split.flags)?;
    let diagnostic = Diagnostic::error(UsageCode::UnknownCommand, format!("`chart` has no command `{name}`"));
    Some(diagnostic.help(help))
}

/// Explains a value that the shell split or expanded because of spaces or braces.
fn split_by_shell(words: &[String]) -> Option<Diagnostic> {
    words.iter().enumerate().find_map(|(at, flag)| {
        let value = words.get(at + 1)?;
        let rest: Vec<&str> =
            words[at + 2..].iter().map(String::as_str).take_while(|it| !it.starts_with('-')).collect();
        let (first, whole) = SET_FLAGS.contains(&flag.as_str()).then(|| rejoined(value, &rest)).flatten()?;
        let message = format!("unexpected argument `{first}`: the shell split the value of `{flag}`");
        let help = format!("quote the value: `{}`", shell::join([flag.as_str(), &whole]));
        Some(Diagnostic::error(UsageCode::InvalidArguments, message).help(help))
    })
}

/// Returns the first word that the shell split off a value, and the value as the user typed it.
fn rejoined<'w>(value: &str, rest: &[&'w str]) -> Option<(&'w str, String)> {
    let first = *rest.first()?;
    let (key, item) = value.split_once('=')?;
    if is_open(value) {
        // `a={b, c}` has become `a={b,` and `c}`.
        let mut whole = value.to_owned();
        for word in rest {
            whole = format!("{whole} {word}");
            if !is_open(&whole) {
                break;
            }
        }
        return Some((first, whole));
    }
    // `a={b,c}` has become `a=b` and `a=c`.
    let others = rest.iter().map_while(|word| word.strip_prefix(key)?.strip_prefix('='));
    let items: Vec<&str> = std::iter::once(item).chain(others).collect();
    if items.len() > 1 {
        return Some((first, format!("{key}={{{}}}", items.join(","))));
    }
    // `a=b, c=d` has become `a=b,` and `c=d`.
    (value.ends_with(',') && first.contains('=')).then(|| (first, format!("{value}{first}")))
}

/// Returns whether a brace, bracket or double quote is not closed.
fn is_open(text: &str) -> bool {
    let count = |wanted: char| text.chars().filter(|c| *c == wanted).count();
    count('{') > count('}') || count('[') > count(']') || count('"') % 2 == 1
}

/// Explains from the command line why the arguments of `chart` do not name a chart.
pub(super) fn chart_arguments(path: &Path, release: Option<&str>, words: &[String]) -> Option<Diagnostic> {
    if release.is_some_and(|release| release.contains(['=', '{', '}']))
        && let Some(diagnostic) = split_by_shell(words)
    {
        return Some(diagnostic);
    }
    if is_chart(path) {
        return None;
    }
    let verb = if path.exists() { None } else { chart_verb(words) };
    let swapped = || swapped(&path.display().to_string(), release?, words);
    verb.or_else(swapped).or_else(|| split_by_shell(words)).or_else(|| component_as_path(path, "chart"))
}

/// Explains arguments in Helm's order: the release, then the chart.
fn swapped(path: &str, release: &str, words: &[String]) -> Option<Diagnostic> {
    if !is_chart(Path::new(release)) {
        return None;
    }
    let swap = |word: &String| match word.as_str() {
        word if word == path => release.to_owned(),
        word if word == release => path.to_owned(),
        word => word.to_owned(),
    };
    let arguments: Vec<String> = words.iter().skip(1).map(swap).collect();
    let command = shell::join(["mkmanifests"].into_iter().chain(arguments.iter().map(String::as_str)));
    let message = format!("`{path}` is not a chart, but `{release}` is: the order is PATH RELEASE");
    Some(Diagnostic::error(UsageCode::InvalidArguments, message).help(format!("run `{command}`")))
}

/// Returns whether a path looks like a chart: a folder with `Chart.yaml`, or a packaged chart.
pub(super) fn is_chart(path: &Path) -> bool {
    path.join("Chart.yaml").is_file() || (path.extension().is_some_and(|it| it == "tgz") && path.is_file())
}

/// Explains that a path is the name of a component, unless there is a file of that name.
pub(super) fn component_as_path(path: &Path, command: &str) -> Option<Diagnostic> {
    let component = components::find(path.to_str()?)?;
    if path.exists() {
        return None;
    }
    let name = component.name();
    let expected = match command {
        "chart" => "a chart",
        "template" => "a folder of templates",
        "gitops" | "fetch" => "a fleet",
        _ => "a file of manifests",
    };
    let run = match command {
        "check" => format!("run `mkmanifests {name} --cluster NAME | mkmanifests check`"),
        "gitops" | "fetch" => format!("put its values in a file `{name}.yaml` beside the `cluster.yaml` of a cluster"),
        _ => format!("run `mkmanifests {name} --cluster NAME`"),
    };
    let message = format!("`{command}` expects {expected}, and `{name}` is a built-in component");
    Some(Diagnostic::error(UsageCode::InvalidArguments, message).help(run))
}

/// Explains that the folder given to `template` belongs to Helm.
///
/// Helm's own `template` takes charts, and takes the release first.
pub(super) fn template_arguments(dir: &Path, release: Option<&str>, words: &[String]) -> Option<Diagnostic> {
    if dir.join("templates").is_dir() {
        return None;
    }
    let chart = [dir, Path::new(release.unwrap_or_default())].into_iter().find(|path| is_chart(path));
    let Some(chart) = chart else { return component_as_path(dir, "template") };
    let at = words.iter().position(|word| word == "template")?;
    let message = format!("`template` renders minijinja templates, and `{}` is a Helm chart", chart.display());
    let diagnostic = Diagnostic::error(UsageCode::InvalidArguments, message);
    Some(diagnostic.help(instead_of_verb("template", words.get(at + 1..)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(line: &str) -> Option<String> {
        let words: Vec<&str> = line.split(' ').collect();
        rejoined(words[0], &words[1..]).map(|(_, whole)| whole)
    }

    #[test]
    fn values_that_the_shell_split_come_together_again() {
        assert_eq!(whole("a={b, c} web").as_deref(), Some("a={b, c}"));
        assert_eq!(whole("a=b a=c web").as_deref(), Some("a={b,c}"));
        assert_eq!(whole("a=b, c=d").as_deref(), Some("a=b,c=d"));
        assert_eq!(whole("a=b web"), None);
        assert_eq!(whole("a=b"), None);
    }
}
