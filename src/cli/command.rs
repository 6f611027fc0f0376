//! The subcommands and their flags, for parsing, help, completions and man pages.

use clap::{Arg, ArgAction, Args, Command};
use clap_complete::Shell;

use super::args::RenderArgs;
use crate::components::{self, Component};

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
        .disable_help_subcommand(true)
        .max_term_width(100)
        .args(global_args())
        .subcommands(components)
        .subcommands(info_commands())
}

fn global_args() -> [Arg; 2] {
    [
        Arg::new("no-color").long("no-color").help("Print without colours").action(ArgAction::SetTrue).global(true),
        Arg::new("quiet")
            .short('q')
            .long("quiet")
            .help("Print no notes and warnings")
            .action(ArgAction::SetTrue)
            .global(true),
    ]
}

fn component_command(component: &'static dyn Component) -> Command {
    let namespace = format!("Namespace of the objects [default: {}]", component.namespace());
    let documents = component
        .documents()
        .iter()
        .map(|document| Arg::new(document.flag).long(document.flag).help(document.about).action(ArgAction::SetTrue));
    RenderArgs::augment_args(Command::new(component.name()).about(component.about()))
        .mut_arg("namespace", |arg| arg.help(namespace))
        .args(documents)
}

fn info_commands() -> [Command; 4] {
    let names: Vec<&'static str> = components::all().iter().map(|component| component.name()).collect();
    let component =
        || Arg::new("component").value_name("COMPONENT").required(true).help("Component").value_parser(names.clone());
    let shell =
        Arg::new("shell").value_name("SHELL").required(true).help("Shell").value_parser(clap::value_parser!(Shell));
    let page = Arg::new("subcommand").value_name("SUBCOMMAND").help("Subcommand; the whole command if there is none");
    [
        Command::new("values").about("Print the documented defaults of a component").arg(component()),
        Command::new("schema").about("Print the JSON Schema of a component's values, for editors").arg(component()),
        Command::new("completions").about("Print a completion script for a shell").arg(shell),
        Command::new("man").about("Print a man page").arg(page),
    ]
}
