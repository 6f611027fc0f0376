use super::kind::Type;
use super::table::{DEPRECATED, GONE, LATER, LINKED, OWN};
use super::{check, explain_lists, go, kind_of};
use crate::check::diagnostics::Diagnostics;
use crate::diagnostic::{Diagnostic, FieldPath, ValueCode, ValueType};
use crate::values::Values;

/// The diagnostics of `extraArgs`, each as `error: MESSAGE` or `warning: MESSAGE`, and its help.
fn diagnostics(extra_args: &str, cloud_provider: &str) -> Vec<String> {
    let lines: String = extra_args.lines().map(|line| format!("  {line}\n")).collect();
    let values = Values::parse("values.yaml", &format!("extraArgs:\n{lines}")).unwrap();
    let mut diagnostics = Diagnostics::about(&values.root);
    check(values.root.get("extraArgs").unwrap(), cloud_provider, &mut diagnostics);
    assert!(diagnostics.list.iter().all(|diagnostic| diagnostic.location.is_known()));
    diagnostics.list.iter().map(told).collect()
}

fn told(diagnostic: &Diagnostic) -> String {
    let severity = if diagnostic.is_warning() { "warning" } else { "error" };
    let parts = [vec![format!("{severity}: {}", diagnostic.message())], diagnostic.help.clone()].concat();
    parts.join("; ")
}

#[track_caller]
fn only(extra_args: &str) -> String {
    let diagnostics = diagnostics(extra_args, "aws");
    assert_eq!(diagnostics.len(), 1, "{extra_args}: {diagnostics:?}");
    diagnostics[0].clone()
}

#[test]
fn the_tables_are_sorted_and_apart() {
    for table in [OWN, LINKED] {
        assert!(table.is_sorted_by(|a, b| a.0 < b.0));
    }
    assert!(OWN.iter().all(|(own, _)| LINKED.iter().all(|(linked, _)| own != linked)));
    let elsewhere = GONE.iter().map(|gone| gone.0).chain(LATER.iter().map(|later| later.0));
    assert!(elsewhere.into_iter().all(|flag| kind_of(flag).is_none()));
    assert!(DEPRECATED.iter().all(|(flag, _)| kind_of(flag).is_some()));
}

#[test]
fn the_defaults_of_the_chart_are_right() {
    let defaults = "logtostderr: true\nstderrthreshold: info\nv: 4";
    assert_eq!(diagnostics(defaults, "aws"), [""; 0]);
}

#[test]
fn every_type_takes_its_values_and_no_others() {
    for (flag, right, wrong) in [
        ("status-config-map-name", &["", "name", "4"][..], &[][..]),
        ("balance-similar-node-groups", &["true", "F", "1", "TRUE"], &["yes", "", "on", "tRUE", "2"]),
        ("enable-dynamic-resource-allocation", &["true"], &["false", "no"]),
        ("max-nodes-total", &["0", "-1", "+10", "1_000", "0x1F", "017"], &["", "1.5", "ten", "1e6", "08", "_1", "1_"]),
        ("predicate-parallelism", &["1"], &["0", "-4"]),
        ("log-file-max-size", &["1800"], &["-1", "1Mi"]),
        ("scale-down-utilization-threshold", &["0.5", "1", ".5", "5e-1"], &["", "50%", "half"]),
        (
            "scale-down-unneeded-time",
            &["10m", "1h30m", "0", "1.5s", "100ms", "-1s"],
            &["", "10", "10 m", "10min", "1d", "m"],
        ),
        ("v", &["4", "0"], &["-1", "debug", ""]),
        ("stderrthreshold", &["info", "WARNING", "2"], &["debug", ""]),
        ("vmodule", &["a=4,b*=2", ""], &["a", "a=x", "=4"]),
        ("feature-gates", &["A=true,B=false"], &["A", "A=yes"]),
        ("log-json-info-buffer-size", &["512Ki", "0"], &["512KB"]),
        ("logging-format", &["json", "text"], &["yaml", ""]),
        ("leader-elect-resource-lock", &["leases"], &["endpoints"]),
        ("estimator", &["binpacking"], &["basic"]),
        ("cores-total", &["0:320000"], &["100", "10:1", "a:b", "-1:5"]),
        ("gpu-total", &["nvidia-tesla-t4:0:16"], &["0:16", "t4:16:0"]),
        ("drain-priority-config", &["0:60,1000:30"], &["", "60", "0:a"]),
        ("nodes", &["1:10:group"], &[]),
        ("bypassed-scheduler-names", &["a,b"], &[]),
    ] {
        let kind = kind_of(flag).unwrap();
        for text in right {
            assert_eq!(kind.check(text), Ok(()), "{flag}={text}");
        }
        for text in wrong {
            let reason = kind.check(text).unwrap_err();
            assert!(
                reason.starts_with("expected ") && reason.contains(&format!("{text:?}")),
                "{flag}={text}: {reason}"
            );
        }
    }
}

#[test]
fn values_are_checked_as_they_are_printed() {
    assert_eq!(diagnostics("max-nodes-total: 1000000\nscale-down-utilization-threshold: 0.5", "aws"), [""; 0]);
    assert_eq!(
        only("max-nodes-total: 10.5"),
        "error: `extraArgs.max-nodes-total`: expected an integer, such as `10`, found \"10.5\""
    );
    assert_eq!(
        only("scan-interval: 10"),
        "error: `extraArgs.scan-interval`: expected a duration, such as `10m` or `1h30m`, found \"10\", which has no unit"
    );
    // Kubernetes fills it in.
    assert_eq!(diagnostics("v: $(LEVEL)", "aws"), [""; 0]);
}

#[test]
fn only_booleans_stand_without_a_value() {
    assert_eq!(diagnostics("balance-similar-node-groups:", "aws"), [""; 0]);
    let diagnostic = only("expander:");
    assert!(diagnostic.contains("the autoscaler would read the next flag as the value"), "{diagnostic}");
}

#[test]
fn lists_are_several_flags() {
    let list = |flag: &str| {
        let code = ValueCode::WrongType { expected: "text".to_owned(), found: ValueType::List };
        Diagnostic::error(code, "a list").in_field(FieldPath::from_steps(["extraArgs", flag]))
    };
    let mut lists = [list("balancing-label_a"), list("expander")];
    explain_lists(&mut lists);
    assert_eq!(lists[0].help, ["repeat the flag with one key per value: `balancing-label_1`, `balancing-label_2`"]);
    assert_eq!(lists[1], list("expander"));
    assert_eq!(diagnostics("balancing-label_1: a\nbalancing-label_2: b", "aws"), [""; 0]);
    assert_eq!(only("v_b: 4\nv_a: 5"), "warning: `extraArgs.v_b`: overrides `v_a`: only the last `--v` takes effect");
}

#[test]
fn keys_name_flags() {
    assert!(only("--v: 4").contains("without `--`: `v`"));
    assert!(only("_v: 4").contains("before the first `_`"));
}

#[test]
fn unknown_flags_are_warned_of_with_what_they_were_meant_to_be() {
    for (flag, help) in [
        ("scale-down-unneded-time: 10m", "did you mean `scale-down-unneeded-time`?"),
        ("scale_down_unneeded_time: 10m", "did you mean `scale-down-unneeded-time`?"),
        ("max-empty-bulk-delete: 10", "use `max-scale-down-parallelism`"),
        ("salvo-scale-up: true", "available from 1.36"),
        ("ignore-taint: a", "use `startup-taint`"),
        ("cloud-provider: aws", "use `cloudProvider`"),
    ] {
        let diagnostic = only(flag);
        assert!(diagnostic.starts_with("warning: ") && diagnostic.ends_with(help), "{diagnostic}");
    }
    assert_eq!(only("qwertz: 1"), "warning: `extraArgs.qwertz`: unknown flag of cluster-autoscaler 1.35");
}

#[test]
fn expanders_are_a_chain() {
    let reason = |text: &str| Type::Expanders.check(text).unwrap_err();
    for text in ["priority", "priority,least-waste", "least-nodes,random", "least-waste"] {
        assert_eq!(Type::Expanders.check(text), Ok(()), "{text}");
    }
    assert!(reason("least-wast").ends_with("did you mean `least-waste`?"));
    assert!(reason("priority, least-waste").ends_with("did you mean `least-waste`, without spaces?"));
    assert!(reason("priority,priority").contains("twice"));
    assert!(reason("random,priority").contains("must not follow `random`"));
    assert!(reason("").contains("unknown expander"));
}

#[test]
fn flags_are_checked_together() {
    assert!(only("expander: priority,price").contains("for the cloud provider `aws`; supported for `equinixmetal`"));
    assert_eq!(diagnostics("expander: price", "gce"), [""; 0]);
    assert!(only("expander: grpc").contains("`grpc-expander-cert`"));
    assert_eq!(diagnostics("expander: grpc\ngrpc-expander-cert: /cert", "aws"), [""; 0]);
    assert!(only("drain-priority-config: 0:60\nmax-graceful-termination-sec: 600").contains("mutually exclusive"));
}

#[test]
fn durations_and_integers_end_where_go_ends_them() {
    assert!(go::duration("2562047h47m16s") && !go::duration("2562048h"));
    assert_eq!(go::integer("-9223372036854775808"), Some(i64::MIN));
    assert_eq!(go::integer("9223372036854775808"), None);
    assert_eq!(["0x_ff", "0b101", "0o17", "0_7"].map(go::unsigned), [Some(255), Some(5), Some(15), Some(7)]);
    assert_eq!(["", "0x", "1__0", "é", "0é"].map(go::unsigned), [None; 5]);
}
