//! The long help of each subcommand: what it is for, and two examples.

use clap::Command;

/// The long help of a subcommand, without its flags.
struct Help {
    /// The subcommand, such as `chart show`.
    name: &'static str,
    /// What it is for, in sentences.
    purpose: &'static str,
    /// What each example does, and its command line.
    examples: [(&'static str, &'static str); 2],
}

const ROOT: Help = Help {
    name: "mkmanifests",
    purpose: "Renders Kubernetes manifests: from typed components, from Helm charts, from your own templates, or for a \
              whole fleet of clusters. Everything is validated before it is printed. It needs neither Helm nor a \
              cluster nor a network. `mkmanifests helm` answers as Helm does.",
    examples: [
        ("Deploy a Ray cluster", "mkmanifests ray --cluster foo | kubectl apply -f -"),
        ("Render a Helm chart", "mkmanifests chart ./vault vault -n vault -f values.yaml"),
    ],
};

const COMMANDS: &[Help] = &[
    Help {
        name: "ray",
        purpose: "Renders a static Ray cluster: a head, its workers, the Service that finds the head, and their service \
                  account. It needs no operator. `mkmanifests values ray` prints all values with their defaults.",
        examples: [
            (
                "Deploy a cluster with 10 workers",
                "mkmanifests ray --cluster foo --set workerReplicaCount=10 | kubectl apply -f -",
            ),
            ("Print one of its objects", "mkmanifests ray --cluster foo -f values.yaml --show-only head-deployment"),
        ],
    },
    Help {
        name: "ray-cluster",
        purpose: "Renders a Ray cluster of the KubeRay operator, which must run in the Kubernetes cluster: a RayCluster with \
                  its service account. The values of `ray` have the same meaning; the operator adds others, such as \
                  autoscaling.",
        examples: [
            (
                "Deploy a cluster with up to 4 workers",
                "mkmanifests ray-cluster --cluster foo --set autoscaling.enabled=true | kubectl apply -f -",
            ),
            (
                "Move a static cluster, whose address stays the same",
                "mkmanifests ray-cluster --cluster foo -f values.yaml --set service.static=true",
            ),
        ],
    },
    Help {
        name: "ray-job",
        purpose: "Renders a RayJob: the KubeRay operator starts a Ray cluster, runs the job in it, and deletes the cluster \
                  afterwards. The cluster has the values of `ray-cluster`.",
        examples: [
            ("Run a job", "mkmanifests ray-job --cluster foo -f train.yaml | kubectl apply -f -"),
            ("Print only the RayJob", "mkmanifests ray-job --cluster foo -f train.yaml --show-only ray-job"),
        ],
    },
    Help {
        name: "ray-service",
        purpose: "Renders a RayService: the KubeRay operator starts a Ray cluster with applications of Ray Serve, and \
                  replaces it without downtime. The cluster has the values of `ray-cluster`.",
        examples: [
            ("Deploy applications", "mkmanifests ray-service --cluster foo -f serve.yaml | kubectl apply -f -"),
            (
                "Print only the RayService",
                "mkmanifests ray-service --cluster foo -f serve.yaml --show-only ray-service",
            ),
        ],
    },
    Help {
        name: "ray-cron-job",
        purpose: "Renders a RayCronJob: the KubeRay operator creates a RayJob at each time of a schedule. The operator \
                  needs the feature gate RayCronJob. The job has the values of `ray-job`.",
        examples: [
            ("Run a job every night", "mkmanifests ray-cron-job --cluster foo -f nightly.yaml | kubectl apply -f -"),
            (
                "Print only the RayCronJob",
                "mkmanifests ray-cron-job --cluster foo -f nightly.yaml --show-only ray-cron-job",
            ),
        ],
    },
    Help {
        name: "irsa",
        purpose: "Renders service accounts whose pods may assume an IAM role (IAM roles for service accounts, on EKS). \
                  It also prints the IAM policies that the role needs.",
        examples: [
            (
                "Create the service accounts",
                "mkmanifests irsa --cluster foo --set accountId=111122223333 | kubectl apply -f -",
            ),
            (
                "Print the IAM policy that the cluster autoscaler needs",
                "mkmanifests irsa --cluster foo --set accountId=111122223333 --for autoscaler",
            ),
        ],
    },
    Help {
        name: "autoscaler",
        purpose: "Renders the cluster autoscaler with the objects and values of its Helm chart. `mkmanifests values \
                  autoscaler` prints all values with their defaults.",
        examples: [
            (
                "Deploy it for an EKS cluster",
                "mkmanifests autoscaler --cluster foo --region us-west-2 | kubectl apply -f -",
            ),
            ("Print its Deployment", "mkmanifests autoscaler --cluster foo --region us-west-2 --show-only deployment"),
        ],
    },
    Help {
        name: "vault-config",
        purpose: "Renders the configuration of a Vault server: policies, auth methods, secrets engines and roles, and a \
                  Job that applies them. It can also print a script that does the same from your machine.",
        examples: [
            ("Configure the Vault of a cluster", "mkmanifests vault-config --cluster foo | kubectl apply -f -"),
            ("Print the script instead", "mkmanifests vault-config --cluster foo --script"),
        ],
    },
    Help {
        name: "template",
        purpose: "Renders a folder of your own minijinja templates, with `values.yaml` and `values.schema.json` beside \
                  them. The objects are validated as those of a component are.",
        examples: [
            ("Render a folder with other values", "mkmanifests template ./app --cluster foo -f values.yaml"),
            ("Set a value, and deploy", "mkmanifests template ./app web --set replicas=3 | kubectl apply -f -"),
        ],
    },
    Help {
        name: "test",
        purpose: "Runs suites of unit tests: of components (`component: ray` in the suite), of folders of your own templates, \
                  and of charts, as `chart test` does. A suite is a file `*_test.yaml` with values, and assertions about \
                  what they render. Without `component`, it is about the folder above `tests/`.",
        examples: [
            ("Run tests/*_test.yaml of a template folder", "mkmanifests test ./app"),
            ("Run one suite, and write its snapshots", "mkmanifests test tests/ray_test.yaml -u"),
        ],
    },
    Help {
        name: "chart",
        purpose: "Renders a Helm chart, byte for byte as `helm template RELEASE PATH` does, and validates the objects. \
                  The chart is a local folder or archive; `mkmanifests chart pull` downloads one. PATH comes first, then RELEASE.",
        examples: [
            ("Deploy a chart", "mkmanifests chart ./vault vault -n vault -f values.yaml | kubectl apply -n vault -f -"),
            (
                "Print one of its templates with other values",
                "mkmanifests chart ./vault vault --set server.ha.enabled=true -s templates/server.yaml",
            ),
        ],
    },
    Help {
        name: "chart show",
        purpose: "Prints what describes a chart: its default values, Chart.yaml, README, CRDs, or all of them.",
        examples: [
            ("Print the default values", "mkmanifests chart show values ./vault"),
            ("Print Chart.yaml", "mkmanifests chart show chart ./vault"),
        ],
    },
    Help {
        name: "chart diff-helm",
        purpose: "Renders a chart as two releases of Helm do, and prints what differs, and which changes of Helm cause \
                  it. The exit code is 0 if at most blank lines differ, 1 if more does, and 2 if the chart cannot be \
                  rendered.",
        examples: [
            ("Before an upgrade of Helm", "mkmanifests chart diff-helm ./vault --from 3.17 --to 4.3 -f values.yaml"),
            ("Also print differences in blank lines", "mkmanifests chart diff-helm ./vault --from 4.1 --exact"),
        ],
    },
    Help {
        name: "chart test",
        purpose: "Runs the suites of charts and prints the results, as the plugin helm-unittest 1.1 does. Snapshots are kept \
                  in `__snapshot__/` beside the suites. The exit code is 0 if all tests pass, 1 if one fails, and 2 if \
                  they cannot run.",
        examples: [
            ("Run tests/*_test.yaml of a chart and its subcharts", "mkmanifests chart test ./vault"),
            (
                "Write a report for a CI server",
                "mkmanifests chart test ./vault -f 'tests/**/*_test.yaml' -t JUnit -o report.xml",
            ),
        ],
    },
    Help {
        name: "chart dependencies",
        purpose: "Lists the dependencies of a chart as `helm dependency list` does. The exit code is 1 if a dependency \
                  is missing, or if Chart.lock is out of date. With `--update` or `--build` it first downloads them into \
                  charts/, from the repositories and with the credentials that were set up for Helm.",
        examples: [
            ("List the dependencies of a folder", "mkmanifests chart dependencies ./vault"),
            (
                "Download what Chart.lock lists, and render",
                "mkmanifests chart dependencies ./vault --build && mkmanifests chart ./vault vault",
            ),
        ],
    },
    Help {
        name: "chart pull",
        purpose: "Downloads a chart as `helm pull` does, and prints the path of the archive or of the unpacked folder. \
                  Repositories, credentials and caches are those of Helm. Each archive is kept in the cache, so that \
                  `--offline` finds it again.",
        examples: [
            ("Download an archive", "mkmanifests chart pull oci://registry.example.com/charts/vault --version 0.30.0"),
            (
                "Unpack the newest version of a range",
                "mkmanifests chart pull vault --repo https://charts.example.com --version ^0.30 --untar -d vendor",
            ),
        ],
    },
    Help {
        name: "chart package",
        purpose: "Packs a chart into NAME-VERSION.tgz, as `helm package` does, and prints the path. If SOURCE_DATE_EPOCH \
                  is set, the archive has the same bytes each time, and those of Helm 4.3.",
        examples: [
            ("Pack a folder", "mkmanifests chart package ./vault"),
            ("Pack another version into a folder", "mkmanifests chart package ./vault --version 1.2.3 -d dist"),
        ],
    },
    Help {
        name: "check",
        purpose: "Validates manifests as a Kubernetes API server does, without a cluster. It also warns about objects that do \
                  not match each other, such as a Service that selects no pods.",
        examples: [
            ("Validate all manifests of a folder", "mkmanifests check ./manifests"),
            ("Validate what another program prints", "helm template vault ./vault | mkmanifests check --strict"),
        ],
    },
    Help {
        name: "gitops",
        purpose: "Renders a fleet of clusters into a tree of files for Git, which Argo CD or Flux deploys. It can also \
                  check that the tree in Git is up to date.",
        examples: [
            ("Write the rendered tree", "mkmanifests gitops ./fleet --out ./rendered"),
            ("Print what would change, without writing", "mkmanifests gitops ./fleet --out ./rendered --check"),
        ],
    },
    Help {
        name: "fetch",
        purpose: "Downloads the charts that the apps of a fleet name (`chart` in NAME.chart.yaml). It writes the \
                  version, URL and SHA-256 of each into `charts.lock`, and the archives into Helm's cache or a folder of \
                  the fleet. `gitops` then renders them without a network.",
        examples: [
            ("Download what apps name, and keep locked versions", "mkmanifests fetch ./fleet"),
            (
                "Look for newer versions, and keep the archives in the fleet",
                "mkmanifests fetch ./fleet --update --vendor",
            ),
        ],
    },
    Help {
        name: "helm",
        purpose: "Answers as Helm 4.3 does: the same flags, output and exit codes, for programs that call `helm`. A link \
                  named `helm` to this program does the same. `mkmanifests helm --help` lists the commands; those that \
                  need a cluster are left to the Helm that MKMANIFESTS_HELM names.",
        examples: [
            ("Render a chart as Helm does", "mkmanifests helm template vault ./vault -n vault"),
            ("Take the place of Helm", "ln -s \"$(command -v mkmanifests)\" ~/.local/bin/helm"),
        ],
    },
    Help {
        name: "values",
        purpose: "Prints the values of a component with their defaults and a comment on each.",
        examples: [
            ("Start a values file", "mkmanifests values ray >ray.yaml"),
            ("Read the values", "mkmanifests values vault-config | less"),
        ],
    },
    Help {
        name: "schema",
        purpose: "Prints a JSON Schema, with which editors complete and check values files: of a component's values, or \
                  of the files `cluster.yaml` and `NAME.chart.yaml` of a fleet.",
        examples: [
            ("Write the schema that values files of `ray` name", "mkmanifests schema ray >ray.schema.json"),
            ("Write the schema of `cluster.yaml`", "mkmanifests schema cluster >cluster.schema.json"),
        ],
    },
    Help {
        name: "completions",
        purpose: "Prints a completion script for a shell. It completes subcommands, flags, components, rule ids and the \
                  ids of objects.",
        examples: [
            (
                "Install it for bash",
                "mkmanifests completions bash >~/.local/share/bash-completion/completions/mkmanifests",
            ),
            ("Install it for fish", "mkmanifests completions fish >~/.config/fish/completions/mkmanifests.fish"),
        ],
    },
    Help {
        name: "man",
        purpose: "Prints a man page: of the whole program, or of a subcommand.",
        examples: [
            ("Read the page of a subcommand", "mkmanifests man chart | man -l -"),
            ("Install the page of the program", "mkmanifests man >~/.local/share/man/man1/mkmanifests.1"),
        ],
    },
    Help {
        name: "version",
        purpose: "Prints the version of the program with the commit that it was built from, and the versions of Helm, \
                  Kubernetes, helm-unittest and KubeRay that it behaves as.",
        examples: [
            ("Print the versions", "mkmanifests version"),
            ("Read the version in a script", "mkmanifests version -o json | jq -r .version"),
        ],
    },
    Help {
        name: "link-helm",
        purpose: "Links the program under the name `helm`, so that programs which call Helm find it: called by that name, \
                  it answers as Helm does. It prints the path of the link, and replaces no file.",
        examples: [
            ("Link it next to the program", "mkmanifests link-helm"),
            ("Link it in a folder, which comes first on PATH then", "mkmanifests link-helm bin"),
        ],
    },
];

/// Adds its long help to the whole command.
pub(super) fn of_root(command: Command) -> Command {
    let end = "Exit codes:\n  0  success\n  1  a check failed, or there are differences\n  \
               2  the command line or the values are invalid, or a file cannot be read or written";
    command.long_about(ROOT.purpose).after_long_help(format!("{}\n\n{end}", ROOT.examples()))
}

/// Adds its long help to a subcommand; `name` is the text after `mkmanifests`, such as `chart show`.
pub(super) fn of(name: &str, command: Command) -> Command {
    match COMMANDS.iter().find(|help| help.name == name) {
        Some(help) => command.long_about(help.purpose).after_long_help(help.examples()),
        None => command,
    }
}

/// Returns the names of the subcommands of the program.
pub(super) fn command_names() -> impl Iterator<Item = &'static str> + Clone {
    COMMANDS.iter().map(|help| help.name).filter(|name| !name.contains(' '))
}

impl Help {
    fn examples(&self) -> String {
        let [first, second] = self.examples.map(|(what, line)| format!("  # {what}\n  {line}"));
        format!("Examples:\n{first}\n\n{second}")
    }
}
