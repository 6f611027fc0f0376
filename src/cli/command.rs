//! The subcommands and their flags, for parsing, help, completions and man pages.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Args, Command};
use clap_complete::Shell;

use super::args::RenderArgs;
use super::chart::ChartArgs;
use super::check::CheckArgs;
use super::gitops::GitopsArgs;
use crate::components::{self, Component, Document};

/// The whole command line.
pub fn command() -> Command {
    let components = components::all().iter().map(|component| component_command(*component));
    Command::new("mkmanifests")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Typed values in, plain Kubernetes YAML out: no Helm, cluster or network at run time")
        .after_help(
            "Exit codes: 0 done, 1 the answer is no (drift, a failed check), 2 it could not be done.\n\
             YAML goes to stdout, everything else to stderr:\n\n    mkmanifests ray --cluster foo | kubectl apply -f -",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .max_term_width(100)
        .args(global_args())
        .subcommands(components)
        .subcommand(template_command())
        .subcommand(chart_command())
        .subcommand(check_command())
        .subcommand(gitops_command())
        .subcommands(info_commands())
}

/// Last in every subcommand's help, after its own flags.
const GLOBAL: usize = 900;

fn global_args() -> [Arg; 2] {
    [("no-color", None, "Print without colours"), ("quiet", Some('q'), "Print no notes and warnings")].map(
        |(name, short, help)| {
            let arg = Arg::new(name).long(name).short(short).help(help);
            arg.action(ArgAction::SetTrue).global(true).display_order(GLOBAL)
        },
    )
}

/// The flags are made only when the subcommand is the one that runs: those of all others would take longer than the
/// rendering.
fn component_command(component: &'static dyn Component) -> Command {
    Command::new(component.name()).about(component.about()).defer(with_component_flags)
}

fn with_component_flags(command: Command) -> Command {
    let Some(component) = components::find(command.get_name()) else { return command };
    let namespace = format!("Namespace of the objects [default: {}]", component.namespace());
    let documents = component.documents().iter().map(|document| {
        let others = component.documents().iter().map(|other| other.flag);
        let others = others.filter(|flag| *flag != document.flag && !document.beside.contains(flag));
        document_flag(document).conflicts_with_all(others)
    });
    let flags = component
        .flags()
        .iter()
        .map(|flag| Arg::new(flag.flag).long(flag.flag).value_name(flag.value_name).help(flag.about));
    let release = component.release_name().map(|name| {
        let help = format!("Name of the release, as in `helm list` [default: {name}]");
        Arg::new("release").long("release").value_name("NAME").help(help)
    });
    let mut command = render_flags(command).mut_arg("namespace", |arg| arg.help(namespace));
    if component.release_name().is_some() {
        command = command.mut_arg("cluster", |arg| arg.help("Name of the cluster"));
    }
    command.args(flags).args(release).args(documents)
}

/// A flag that asks for a text instead of the objects, so that none of theirs can stand beside it.
fn document_flag(document: &'static Document) -> Arg {
    let flag = Arg::new(document.flag).long(document.flag).help(document.about);
    let flag = match document.choices {
        [] => flag.action(ArgAction::SetTrue),
        choices => flag.value_name("NAME").value_parser(PossibleValuesParser::new(choices)),
    };
    flag.conflicts_with_all(["output", "show_only", "create_namespace", "patch"])
}

/// The flags of every rendering subcommand, which set a text of their own: what the subcommand says of itself stays.
fn render_flags(command: Command) -> Command {
    let about = command.get_about().cloned().unwrap_or_default();
    RenderArgs::augment_args(command).about(about)
}

fn template_command() -> Command {
    Command::new("template").about("Render a folder of your own minijinja templates").defer(with_template_flags)
}

fn with_template_flags(command: Command) -> Command {
    let command = command
        .arg(
            Arg::new("dir").value_name("DIR").required(true).help("Folder with `templates/`, and `values.yaml` if any"),
        )
        .arg(
            Arg::new("release")
                .value_name("RELEASE")
                .help("Name of the release [default: the cluster's, or the folder's]"),
        );
    render_flags(command).mut_arg("namespace", |arg| arg.help("Namespace of the objects [default: default]"))
}

fn chart_command() -> Command {
    Command::new("chart").about("Render a Helm chart, byte for byte as `helm template` does").defer(with_chart_flags)
}

fn with_chart_flags(command: Command) -> Command {
    let path = || Arg::new("path").value_name("PATH").required(true).help("Folder or archive (.tgz) of the chart");
    let part = Arg::new("part")
        .value_name("PART")
        .required(true)
        .value_parser(["values", "chart", "readme"])
        .help("Which of its files");
    let show = Command::new("show").about("Print a chart's values, description or readme").arg(part).arg(path());
    let dependencies = Command::new("dependencies")
        .about("List the dependencies of a chart: what is missing, what is stale against Chart.lock")
        .arg(path());
    let about = command.get_about().cloned().unwrap_or_default();
    ChartArgs::augment_args(command)
        .about(about)
        .subcommands([show, dependencies])
        .args_conflicts_with_subcommands(true)
        .subcommand_negates_reqs(true)
        .disable_help_subcommand(true)
}

fn gitops_command() -> Command {
    Command::new("gitops").about("Render a fleet of clusters into a tree of files for Git, or check that tree").defer(
        |command| {
            let about = command.get_about().cloned().unwrap_or_default();
            GitopsArgs::augment_args(command).about(about)
        },
    )
}

fn check_command() -> Command {
    let about = "Tell what an API server would refuse of any manifests, and what does not fit together";
    Command::new("check").about(about).defer(with_check_flags)
}

fn with_check_flags(command: Command) -> Command {
    let about = command.get_about().cloned().unwrap_or_default();
    CheckArgs::augment_args(command).about(about)
}

fn info_commands() -> [Command; 4] {
    [
        Command::new("values").about("Print the documented defaults of a component").defer(with_component),
        Command::new("schema")
            .about("Print the JSON Schema of a component's values or of a fleet's cluster.yaml, for editors")
            .defer(with_schema),
        Command::new("completions").about("Print a completion script for a shell").defer(with_shell),
        Command::new("man").about("Print a man page").defer(with_page),
    ]
}

fn with_component(command: Command) -> Command {
    command.arg(one_of("COMPONENT", "Component", component_names().collect()))
}

fn with_schema(command: Command) -> Command {
    command.arg(one_of("NAME", "Component, or `cluster`", component_names().chain(["cluster"]).collect()))
}

fn component_names() -> impl Iterator<Item = &'static str> {
    components::all().iter().map(|component| component.name())
}

fn one_of(value_name: &'static str, help: &'static str, names: Vec<&'static str>) -> Arg {
    Arg::new("component").value_name(value_name).required(true).help(help).value_parser(names)
}

fn with_shell(command: Command) -> Command {
    let shell = Arg::new("shell").value_name("SHELL").required(true).help("Shell");
    command.arg(shell.value_parser(clap::value_parser!(Shell)))
}

fn with_page(command: Command) -> Command {
    command.arg(Arg::new("subcommand").value_name("SUBCOMMAND").help("Subcommand; the whole command if there is none"))
}
