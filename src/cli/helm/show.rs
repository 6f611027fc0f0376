//! `helm show`: prints the files of a chart that describe it.

use clap::{Arg, ArgMatches, Command};

use super::{Context, Error, flags, locate, print};
use crate::chart::Behaviour;
use crate::chart::show::{self, Part};

fn about(part: Part) -> &'static str {
    match part {
        Part::All => "Prints Chart.yaml, the default values, the README and the CRDs",
        Part::Chart => "Prints Chart.yaml as Helm reads it",
        Part::Crds => "Prints the files below crds/",
        Part::Readme => "Prints the README",
        Part::Values => "Prints the default values",
    }
}

pub(super) fn command() -> Command {
    let parts = show::PARTS.map(|(name, part)| {
        let chart =
            Arg::new("chart").value_name("CHART").required(true).help("Path, URL, oci://... or REPOSITORY/NAME");
        let jsonpath =
            flags::text("jsonpath", "TEMPLATE", "Print what a JSONPath template selects, such as {.image.tag}");
        Command::new(name)
            .about(about(part))
            .override_usage(format!("helm show {name} [CHART] [flags]"))
            .args(flags::chart_source())
            .args((name == "values").then_some(jsonpath))
            .arg(chart)
    });
    Command::new("show").about("Prints the files of a chart that describe it").subcommands(parts)
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let Some((name, matches)) = matches.subcommand() else { return Err(Error::Message("no subcommand".to_owned())) };
    let part = show::PARTS.into_iter().find(|(known, _)| *known == name).map_or(Part::All, |(_, part)| part);
    let path = locate::chart(matches, &flags::text_of(matches, "chart"), context)?;
    let chart = locate::load(&path)?;
    let expression = flags::text_of(matches, "jsonpath");
    if !expression.is_empty() {
        let text = show::values_by(&chart, &expression, Behaviour::of(context.release)).map_err(Error::Message)?;
        return print(&text, context);
    }
    print(&show::part(&chart, part), context)
}
