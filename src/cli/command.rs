//! The subcommands and their flags, for parsing, help, completions and man pages.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Args, Command, ValueHint};
use clap_complete::Shell;

use super::args::{OUTPUT, RenderArgs};
use super::chart::ChartArgs;
use super::chart_diff::DiffArgs;
use super::chart_test::TestArgs;
use super::check::CheckArgs;
use super::completions::{Names, Suggest};
use super::fetch::FetchArgs;
use super::gitops::GitopsArgs;
use super::{dependencies, help};
use crate::components::{self, Component, Document};

/// Returns the whole command line. Flags of a subcommand are added when it is parsed, or by [`Command::build`].
pub fn command() -> Command {
    let components = components::all().iter().map(|component| component_command(*component));
    let command = Command::new("mkmanifests")
        // Not the name of the file, which has a suffix on Windows.
        .bin_name("mkmanifests")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Renders Kubernetes manifests from typed components, Helm charts and templates")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .max_term_width(100)
        .args(global_args())
        .subcommands(components)
        .subcommand(template_command())
        .subcommand(chart_command())
        .subcommand(check_command())
        .subcommand(test_command())
        .subcommand(gitops_command())
        .subcommand(fetch_command())
        .subcommand(helm_command())
        .subcommands(info_commands());
    help::of_root(command)
}

/// Puts the global flags last in every subcommand's help, after its own flags.
const GLOBAL: usize = 900;

fn global_args() -> [Arg; 2] {
    [("no-color", None, "Print without colours"), ("quiet", Some('q'), "Print no notes or warnings")].map(
        |(name, short, help)| {
            let arg = Arg::new(name).long(name).short(short).help(help);
            arg.action(ArgAction::SetTrue).global(true).display_order(GLOBAL)
        },
    )
}

/// Returns the command of a component. Its flags are added only when it runs: those of all commands would take longer than
/// the rendering.
fn component_command(component: &'static dyn Component) -> Command {
    Command::new(component.name()).about(component.description()).defer(with_component_flags)
}

fn with_component_flags(command: Command) -> Command {
    let Some(component) = components::find(command.get_name()) else { return command };
    let namespace = format!("Namespace of the objects [default: {}]", component.namespace());
    let documents = component.documents().iter().map(|document| {
        let others = component.documents().iter().map(|other| other.flag);
        let others = others.filter(|flag| *flag != document.flag && !document.compatible_flags.contains(flag));
        document_flag(document).conflicts_with_all(others)
    });
    let flags = component
        .flags()
        .iter()
        .map(|flag| Arg::new(flag.flag).long(flag.flag).value_name(flag.value_name).help(flag.description));
    let release = component.release_name().map(|name| {
        let help = format!("Release name, as in `helm list` [default: {name}]");
        Arg::new("release").long("release").value_name("NAME").help(help)
    });
    let name = component.name();
    let mut command = help::of(name, render_flags(command))
        .mut_arg("namespace", |arg| arg.help(namespace))
        .mut_arg("show_only", |arg| show_only(arg, component));
    if component.release_name().is_some() {
        command = command.mut_arg("cluster", |arg| arg.help("Cluster name"));
    }
    command.args(flags).args(release).args(documents)
}

/// Adds the ids of a component's objects to `--show-only`, for its long help and for completion.
fn show_only(arg: Arg, component: &'static dyn Component) -> Arg {
    let short = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let long = match component.object_ids() {
        [] => return arg,
        ids => format!("{short}\n\nIds: {}. More may depend on the values.", ids.join(", ")),
    };
    arg.long_help(long).value_parser(Suggest(Names::Objects(component))).hide_possible_values(true)
}

/// Returns a flag that prints a text instead of objects. It conflicts with the flags that are about objects.
fn document_flag(document: &'static Document) -> Arg {
    let flag = Arg::new(document.flag).long(document.flag).help(document.description).help_heading(OUTPUT);
    let flag = match document.possible_values {
        [] => flag.action(ArgAction::SetTrue),
        names => flag.value_name("NAME").value_parser(PossibleValuesParser::new(names)),
    };
    flag.conflicts_with_all(["output", "show_only", "create_namespace", "patch"])
}

/// Adds the flags of every rendering subcommand, and keeps the subcommand's description, which these would replace.
fn render_flags(command: Command) -> Command {
    let about = command.get_about().cloned().unwrap_or_default();
    RenderArgs::augment_args(command).about(about)
}

fn template_command() -> Command {
    Command::new("template").about("Renders a folder of your own minijinja templates").defer(with_template_flags)
}

fn with_template_flags(command: Command) -> Command {
    let command = command
        .arg(
            Arg::new("dir")
                .value_name("DIR")
                .required(true)
                .value_hint(ValueHint::DirPath)
                .help("Folder with `templates/` and, optionally, `values.yaml`"),
        )
        .arg(Arg::new("release").value_name("RELEASE").help("Release name [default: name of the cluster or folder]"));
    help::of("template", render_flags(command))
        .mut_arg("namespace", |arg| arg.help("Namespace of the objects [default: default]"))
        .mut_arg("cluster", |arg| arg.help("Cluster name"))
}

fn chart_command() -> Command {
    Command::new("chart").about("Renders a Helm chart, byte for byte as `helm template` does").defer(with_chart_flags)
}

fn with_chart_flags(command: Command) -> Command {
    let path = || {
        let path = Arg::new("path").value_name("PATH").required(true).value_hint(ValueHint::AnyPath);
        path.help("Folder or archive (.tgz) of the chart")
    };
    let part = Arg::new("part")
        .value_name("PART")
        .required(true)
        .value_parser(["values", "chart", "readme", "crds", "all"])
        .help("What to print");
    let show = Command::new("show").about("Prints a chart's default values, Chart.yaml, README or CRDs");
    let show = help::of("chart show", show.arg(part).arg(path()));
    let dependencies = Command::new("dependencies").about("Lists a chart's dependencies, and downloads them");
    let dependencies = help::of("chart dependencies", dependencies.arg(path()).args(dependencies::flags()));
    let pull = Command::new("pull").about("Downloads a chart from a repository or registry");
    let pull = help::of("chart pull", super::pull::with_flags(pull));
    let diff = Command::new("diff-helm").about("Shows what another release of Helm changes for a chart");
    let about = diff.get_about().cloned().unwrap_or_default();
    let diff = help::of("chart diff-helm", DiffArgs::augment_args(diff).about(about));
    let test = Command::new("test").about("Runs the unit tests of charts, as `helm unittest` does");
    let about = test.get_about().cloned().unwrap_or_default();
    let test = help::of("chart test", TestArgs::augment_args(test).about(about));
    let about = command.get_about().cloned().unwrap_or_default();
    help::of("chart", ChartArgs::augment_args(command).about(about))
        .subcommands([show, dependencies, diff, test, package_command(path()), pull])
        .args_conflicts_with_subcommands(true)
        .subcommand_negates_reqs(true)
        .disable_help_subcommand(true)
}

fn package_command(path: Arg) -> Command {
    let text = |name: &'static str, value_name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value_name).help(help)
    };
    let package = Command::new("package").about("Packs a chart into an archive (.tgz), as `helm package` does");
    let package = package.arg(path).args([
        text("version", "VERSION", "Version of the chart, instead of the one in Chart.yaml"),
        text("app-version", "VERSION", "Version of the app, instead of the one in Chart.yaml"),
        text("destination", "DIR", "Folder to write the archive to").short('d').default_value("."),
    ]);
    help::of("chart package", package)
}

fn gitops_command() -> Command {
    Command::new("gitops").about("Renders a fleet of clusters into a tree of files for Git, or checks that tree").defer(
        |command| {
            let about = command.get_about().cloned().unwrap_or_default();
            help::of("gitops", GitopsArgs::augment_args(command).about(about))
        },
    )
}

fn fetch_command() -> Command {
    Command::new("fetch").about("Downloads the charts that the apps of a fleet name, and locks their versions").defer(
        |command| {
            let about = command.get_about().cloned().unwrap_or_default();
            let command = help::of("fetch", FetchArgs::augment_args(command).about(about));
            // Flags with any number of values come last.
            command.override_usage("mkmanifests fetch <FLEET> [OPTIONS]")
        },
    )
}

/// Returns the command `helm` for help, completions and man pages. It is never parsed: [`super::run`] hands its words over
/// before.
fn helm_command() -> Command {
    // Helm does not have the global flags. Hidden flags of the same names keep them out.
    let hidden = global_args().map(|arg| arg.global(false).hide(true));
    let about = "Answers as Helm does, for programs that call `helm`";
    Command::new("helm").about(about).args(hidden).defer(with_helm_arguments)
}

fn with_helm_arguments(command: Command) -> Command {
    let name = Arg::new("command").value_name("COMMAND").help("Command of Helm, such as `template`");
    let arguments = Arg::new("arguments").value_name("ARGUMENTS").help("Its arguments and flags, as for Helm");
    let command = command
        .arg(name.value_parser(Suggest(Names::HelmCommands)).hide_possible_values(true))
        .arg(arguments.num_args(0..).trailing_var_arg(true).allow_hyphen_values(true));
    help::of("helm", command)
}

fn check_command() -> Command {
    let about = "Validates manifests as a Kubernetes API server does, without a cluster";
    Command::new("check").about(about).defer(with_check_flags)
}

fn with_check_flags(command: Command) -> Command {
    let about = command.get_about().cloned().unwrap_or_default();
    help::of("check", CheckArgs::augment_args(command).about(about))
}

fn test_command() -> Command {
    let about = "Runs unit tests of components, template folders and charts";
    Command::new("test").about(about).defer(with_test_flags)
}

fn with_test_flags(command: Command) -> Command {
    let about = command.get_about().cloned().unwrap_or_default();
    let command = help::of("test", TestArgs::augment_args(command).about(about));
    command.mut_arg("path", |arg| arg.help("Folders with suites, suite files, or charts")).mut_arg("file", |arg| {
        arg.help("Suite files [default: tests/*_test.yaml, *_test.yaml]").long_help(
            "Suite files [default: tests/*_test.yaml, and *_test.yaml outside of charts]\n\nPaths relative to the \
                        folder, in which `*` matches any name and `**` any folders. The flag may be repeated.",
        )
    })
}

fn info_commands() -> [Command; 6] {
    [
        Command::new("values").about("Prints the values of a component with their defaults").defer(with_component),
        Command::new("schema")
            .about("Prints a JSON Schema for editors: of a component's values, cluster.yaml, or NAME.chart.yaml")
            .defer(with_schema),
        Command::new("completions").about("Prints a completion script for a shell").defer(with_shell),
        Command::new("man").about("Prints a man page").defer(with_page),
        Command::new("version").about("Prints the version, and those of Helm and Kubernetes").defer(with_version_flags),
        Command::new("link-helm").about("Links the program under the name `helm`").defer(with_link_folder),
    ]
}

fn with_component(command: Command) -> Command {
    help::of("values", command.arg(one_of("COMPONENT", "Component", component_names().collect())))
}

fn with_schema(command: Command) -> Command {
    let names = component_names().chain(["cluster", "chart"]).collect();
    let name = one_of("NAME", "Component or file", names).required(false).required_unless_present("all");
    let all = Arg::new("all").long("all").value_name("DIR").conflicts_with("component");
    let all = all.value_parser(clap::value_parser!(std::path::PathBuf)).value_hint(ValueHint::DirPath);
    let all = all
        .help("Write all schemas and a catalogue into a folder")
        .long_help("Write all schemas and a catalogue into a folder, and print the settings of VS Code that use them");
    let url = Arg::new("url").long("url").value_name("URL").requires("all").conflicts_with("component");
    let url = url.help("URL of that folder in the catalogue [default: its path on this machine]");
    help::of("schema", command.args([name, all, url]))
}

fn component_names() -> impl Iterator<Item = &'static str> {
    components::all().iter().map(|component| component.name())
}

/// The names are only in the long help: there are too many for one line.
fn one_of(value_name: &'static str, help: &'static str, names: Vec<&'static str>) -> Arg {
    let long_help = format!("{help}: {}", names.join(", "));
    let name = Arg::new("component").value_name(value_name).required(true).help(help).long_help(long_help);
    name.value_parser(names).hide_possible_values(true)
}

fn with_shell(command: Command) -> Command {
    let shell = Arg::new("shell").value_name("SHELL").required(true).help("Shell");
    help::of("completions", command.arg(shell.value_parser(clap::value_parser!(Shell))))
}

fn with_page(command: Command) -> Command {
    let page = Arg::new("subcommand").value_name("SUBCOMMAND").help("Subcommand; without it, the whole program");
    help::of("man", command.arg(page.value_parser(Suggest(Names::Commands)).hide_possible_values(true)))
}

fn with_version_flags(command: Command) -> Command {
    let output = Arg::new("output").short('o').long("output").value_name("FORMAT").help("Output format");
    help::of("version", command.arg(output.value_parser(["text", "json"]).default_value("text")))
}

fn with_link_folder(command: Command) -> Command {
    let folder = Arg::new("dir").value_name("DIR").help("Folder of the link [default: that of the program]");
    let folder = folder.value_parser(clap::value_parser!(std::path::PathBuf)).value_hint(ValueHint::DirPath);
    help::of("link-helm", command.arg(folder))
}
