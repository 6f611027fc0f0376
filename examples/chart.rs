//! Renders a chart with the flags of `helm template`; for parity runs until the command line has it.
#![allow(missing_docs)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use mkmanifests::chart::{self, Capabilities, KubeVersion, Options, Release, RenderOptions};
use mkmanifests::problem::{Failure, Problem, Sources};
use mkmanifests::values::{Flag, Layers, Values};

#[derive(Parser)]
struct Cli {
    args: Vec<String>,
    #[arg(short = 'f', long)]
    values: Vec<PathBuf>,
    #[arg(long)]
    set: Vec<String>,
    #[arg(long)]
    set_string: Vec<String>,
    #[arg(long)]
    set_json: Vec<String>,
    #[arg(long)]
    set_literal: Vec<String>,
    #[arg(long)]
    set_file: Vec<String>,
    #[arg(short, long, default_value = "default")]
    namespace: String,
    #[arg(long)]
    kube_version: Option<String>,
    #[arg(short, long, value_delimiter = ',')]
    api_versions: Vec<String>,
    #[arg(long)]
    include_crds: bool,
    #[arg(long)]
    no_hooks: bool,
    #[arg(long)]
    skip_tests: bool,
    #[arg(short, long)]
    show_only: Vec<String>,
    #[arg(long)]
    is_upgrade: bool,
    #[arg(long)]
    name_template: Option<String>,
    #[arg(long)]
    generate_name: bool,
    #[arg(long)]
    output_dir: Option<PathBuf>,
    #[arg(long)]
    deterministic: bool,
    #[arg(long)]
    skip_schema_validation: bool,
    /// Says which values nothing reads, and how long it took to find out, and nothing else.
    #[arg(long)]
    unused: bool,
    #[arg(short)]
    output: Option<String>,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(2)
        }
    }
}

fn fail(problems: Vec<Problem>, sources: &Sources) -> Failure {
    Failure::new(problems, sources.clone())
}

fn run(cli: Cli) -> Result<(), Failure> {
    let mut sources = Sources::default();
    let (name, path) = match (&cli.args[..], &cli.name_template) {
        ([name, path], _) => (name.clone(), path),
        ([path], Some(template)) => {
            (chart::name_from_template(template).map_err(|problem| fail(vec![problem], &sources))?, path)
        }
        ([path], None) if cli.generate_name => {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            (chart::generated_name(path, now.as_secs()), path)
        }
        ([path], None) => ("release-name".to_owned(), path),
        _ => return Err(fail(vec![Problem::error("expected NAME PATH")], &sources)),
    };
    chart::check_name(&name).map_err(|problem| fail(vec![problem], &sources))?;
    let loaded = chart::load(path.as_ref(), &mut sources).map_err(|problems| fail(problems, &sources))?;
    let base = Values { sources, ..Values::default() };
    let mut layers = Layers::over(&base);
    for file in &cli.values {
        match std::fs::read(file) {
            Ok(bytes) => layers.file(&file.to_string_lossy(), &bytes),
            Err(error) => layers.problem(Problem::error(error.to_string())),
        };
    }
    let flags = [
        (Flag::SetJson, &cli.set_json),
        (Flag::Set, &cli.set),
        (Flag::SetString, &cli.set_string),
        (Flag::SetFile, &cli.set_file),
        (Flag::SetLiteral, &cli.set_literal),
    ];
    for (flag, texts) in flags {
        for text in texts {
            layers.set(flag, text, |path| std::fs::read(path).map_err(|error| error.to_string()));
        }
    }
    let user = layers.overlaid()?;
    let sources = user.sources;
    if cli.unused {
        let start = std::time::Instant::now();
        let problems = chart::unused(&loaded.chart, &user.root);
        eprintln!("{} us", start.elapsed().as_micros());
        return if problems.is_empty() { Ok(()) } else { Err(fail(problems, &sources)) };
    }
    let mut capabilities = Capabilities::default();
    if let Some(version) = &cli.kube_version {
        capabilities.kube_version = KubeVersion::parse(version).map_err(|problem| fail(vec![problem], &sources))?;
    }
    capabilities.api_versions.extend(cli.api_versions.iter().cloned());
    let mut release = Release::install(name, &cli.namespace);
    release.is_upgrade = cli.is_upgrade;
    release.is_install = !cli.is_upgrade;
    let options = Options { release, capabilities, skip_schema: cli.skip_schema_validation };
    let values =
        chart::prepare(&loaded.chart, &user.root, &sources, options).map_err(|problems| fail(problems, &sources))?;
    let options = RenderOptions {
        include_crds: cli.include_crds,
        no_hooks: cli.no_hooks,
        skip_tests: cli.skip_tests,
        deterministic: cli.deterministic,
        ..RenderOptions::default()
    };
    let rendered = chart::render(&values, &options)?;
    for warning in loaded.warnings.iter().chain(&rendered.warnings) {
        eprintln!("warning: {}", warning.message);
    }
    if let Some(dir) = cli.output_dir {
        for file in rendered.files() {
            let to = dir.join(&file.path);
            to.parent().map(std::fs::create_dir_all).transpose().expect("a folder");
            std::fs::write(&to, &file.text).expect("a file");
            println!("wrote {}", to.display());
        }
        println!();
    } else if cli.output.as_deref() == Some("json") {
        let node = rendered.json().map_err(|problems| fail(problems, &sources))?;
        println!("{}", serde_json::to_string_pretty(&node).expect("JSON"));
    } else if cli.show_only.is_empty() {
        print!("{}", rendered.text());
    } else {
        print!("{}", rendered.show_only(&cli.show_only).map_err(|problems| fail(problems, &sources))?);
    }
    Ok(())
}
