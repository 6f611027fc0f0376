//! What kinds beside workloads are held to, where no recorded answer of an API server tells it: a mistake a line, with
//! the field that its validation names.

mod admission;
mod crd;
mod devices;

use serde_json::{Value, json};

use crate::tree::to_node;

fn fields(api_version: &str, kind: &str, rest: &Value) -> Vec<String> {
    let mut object =
        json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "web", "namespace": "default"}});
    object.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    let mut diagnostics = Vec::new();
    crate::check::object(&to_node(&object).unwrap(), &mut diagnostics);
    diagnostics.iter().map(|diagnostic| diagnostic.field().to_string()).collect()
}

/// Each object breaks the rule of one field; none is of a valid one.
#[track_caller]
fn tells(api_version: &str, kind: &str, cases: &[(Value, &str)]) {
    for (object, field) in cases {
        let told = fields(api_version, kind, object);
        let expected: &[&str] = if field.is_empty() { &[] } else { &[field] };
        assert_eq!(told, expected, "{object}");
    }
}

#[test]
fn services() {
    let port = json!([{"port": 80}]);
    tells(
        "v1",
        "Service",
        &[
            (json!({"spec": {"ports": port}}), ""),
            (json!({"spec": {"clusterIP": "None"}}), ""),
            (json!({"spec": {"type": "LoadBalancer", "ports": [{"port": 10250}]}}), "spec.ports[0]"),
            (json!({"spec": {"ports": port, "sessionAffinity": "IP"}}), "spec.sessionAffinity"),
            (json!({"spec": {"ports": port, "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 0}}}}), ""),
            (json!({"spec": {"ports": port, "ipFamilies": ["IPv4", "IPv6"]}}), "spec.ipFamilyPolicy"),
            (json!({"spec": {"ports": port, "clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.2"]}}), "spec.clusterIPs"),
            (json!({"spec": {"type": "ExternalName", "externalName": "example.com."}}), ""),
            (json!({"spec": {"type": "ExternalName", "externalName": "a_b"}}), "spec.externalName"),
            (json!({"spec": {"ports": port, "selector": {"a": "b c"}}}), "spec.selector"),
            (
                json!({"spec": {"ports": [{"name": "a", "port": 1, "nodePort": 30000}, {"name": "b", "port": 2, "nodePort": 30000}],
                "type": "NodePort"}}),
                "spec.ports[1].nodePort",
            ),
            (
                json!({"metadata": {"name": "a", "annotations": {"service.beta.kubernetes.io/load-balancer-source-ranges": "x"}},
                "spec": {"type": "LoadBalancer", "ports": port}}),
                "metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]",
            ),
        ],
    );
}

#[test]
fn networks() {
    let peer = |peer: Value| json!({"spec": {"podSelector": {}, "ingress": [{"from": [peer]}]}});
    tells(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        &[
            (peer(json!({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}})), ""),
            (
                peer(json!({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8"]}})),
                "spec.ingress[0].from[0].ipBlock.except[0]",
            ),
            (peer(json!({"ipBlock": {"cidr": "::ffff:10.0.0.0/104"}})), "spec.ingress[0].from[0].ipBlock.cidr"),
            (json!({"spec": {"policyTypes": ["Ingress", "Egress", "Ingress"]}}), "spec.policyTypes"),
            (json!({"spec": {"policyTypes": ["ingress"]}}), "spec.policyTypes[0]"),
        ],
    );
    tells(
        "networking.k8s.io/v1",
        "IPAddress",
        &[
            (
                json!({"metadata": {"name": "10.0.0.1"}, "spec": {"parentRef": {"resource": "services", "name": "a"}}}),
                "",
            ),
            (
                json!({"metadata": {"name": "10.0.0.01"}, "spec": {"parentRef": {"resource": "services", "name": "a"}}}),
                "metadata.name",
            ),
        ],
    );
    tells(
        "networking.k8s.io/v1",
        "ServiceCIDR",
        &[
            (json!({"spec": {"cidrs": ["10.0.0.0/16", "2001:db8::/64"]}}), ""),
            (json!({"spec": {"cidrs": ["10.0.0.0/16", "10.1.0.0/16"]}}), "spec.cidrs"),
            (json!({"spec": {"cidrs": ["2001:DB8::/64"]}}), "spec.cidrs[0]"),
        ],
    );
    tells(
        "networking.k8s.io/v1",
        "IngressClass",
        &[
            (
                json!({"spec": {"controller": "a.b/c", "parameters": {"kind": "A", "name": "b", "scope": "Cluster", "namespace": "x"}}}),
                "spec.parameters.namespace",
            ),
            (json!({"metadata": {"name": "a", "namespace": "Not_Read"}, "spec": {"controller": "a.b/c"}}), ""),
        ],
    );
}

#[test]
fn storage() {
    let volume = |source: Value| {
        let mut spec = json!({"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}});
        spec.as_object_mut().unwrap().extend(source.as_object().unwrap().clone());
        json!({"spec": spec})
    };
    tells(
        "v1",
        "PersistentVolume",
        &[
            (volume(json!({"hostPath": {"path": "/a"}})), ""),
            (volume(json!({"hostPath": {"path": "/a"}, "nfs": {"server": "a", "path": "/"}})), "spec.nfs"),
            (volume(json!({"gcePersistentDisk": {"pdName": ""}})), "spec.persistentDisk.pdName"),
            (
                volume(json!({"azureFile": {"secretName": "a", "shareName": "b", "secretNamespace": ""}})),
                "spec.azureFile.secretNamespace",
            ),
            (
                volume(json!({"csi": {"driver": "a", "volumeHandle": "b", "nodePublishSecretRef": {"name": "c"}}})),
                "spec.csi.nodePublishSecretRef.namespace",
            ),
            (volume(json!({"hostPath": {"path": "/a"}, "volumeAttributesClassName": "gold"})), "spec.csi"),
            (volume(json!({"iscsi": {"targetPortal": "a", "iqn": "iqn.2001-04.com.example:a", "lun": 0}})), ""),
            (volume(json!({"iscsi": {"targetPortal": "a", "iqn": "iqn.2001-04", "lun": 0}})), "spec.iscsi.iqn"),
            (
                volume(json!({"iscsi": {"targetPortal": "a", "iqn": "iqn.2001-04.com.example:a", "lun": 0,
                "initiatorName": "a"}})),
                "spec.iscsi.initiatorname",
            ),
        ],
    );
    tells(
        "storage.k8s.io/v1",
        "StorageClass",
        &[
            (json!({"provisioner": "Example.com/A", "reclaimPolicy": ""}), ""),
            (json!({"provisioner": "a", "reclaimPolicy": "Recycle"}), "reclaimPolicy"),
            (json!({"provisioner": "a", "volumeBindingMode": "Later"}), "volumeBindingMode"),
            (json!({"provisioner": "a", "parameters": {"": "x"}}), "parameters"),
        ],
    );
    tells(
        "storage.k8s.io/v1",
        "CSIDriver",
        &[
            (json!({"spec": {"volumeLifecycleModes": ["Often"]}}), "spec.volumeLifecycleModes"),
            (
                json!({"spec": {"tokenRequests": [{"audience": "a", "expirationSeconds": 60}]}}),
                "spec.tokenRequests[0].expirationSeconds",
            ),
            (json!({"spec": {"nodeAllocatableUpdatePeriodSeconds": 5}}), "spec.nodeAllocatableUpdatePeriodSeconds"),
        ],
    );
    tells(
        "storage.k8s.io/v1",
        "VolumeAttachment",
        &[
            (json!({"spec": {"attacher": "a", "nodeName": "n", "source": {"persistentVolumeName": "v"}}}), ""),
            (json!({"spec": {"attacher": "a", "nodeName": "n", "source": {}}}), "spec.source"),
        ],
    );
}

#[test]
fn quotas() {
    tells(
        "v1",
        "ResourceQuota",
        &[
            (
                json!({"spec": {"hard": {"requests.nvidia.com/gpu": "1", "count/jobs.batch": "1", "hugepages-2Mi": "1Gi"}}}),
                "",
            ),
            (json!({"spec": {"hard": {"services": "1"}, "scopes": ["BestEffort"]}}), "spec.scopes"),
            (json!({"spec": {"hard": {"pods": "1"}, "scopes": ["BestEffort", "NotBestEffort"]}}), "spec.scopes"),
            (
                json!({"spec": {"scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In"}]}}}),
                "spec.scopeSelector.matchExpressions.values",
            ),
            (
                json!({"spec": {"scopeSelector": {"matchExpressions": [{"scopeName": "Terminating", "operator": "DoesNotExist"}]}}}),
                "spec.scopeSelector.matchExpressions.operator",
            ),
        ],
    );
    tells(
        "v1",
        "LimitRange",
        &[
            (json!({"spec": {"limits": [{"type": "Container", "max": {"cpu": "2"}, "min": {"cpu": "1"}}]}}), ""),
            (
                json!({"spec": {"limits": [{"type": "Pod", "maxLimitRequestRatio": {"cpu": "500m"}}]}}),
                "spec.limits[0].maxLimitRequestRatio[cpu]",
            ),
            (json!({"spec": {"limits": [{"type": "Node"}]}}), "spec.limits[0].type"),
        ],
    );
}

#[test]
fn scaling() {
    let scaler = |rest: Value| {
        let mut spec =
            json!({"maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}});
        spec.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({"spec": spec})
    };
    let metric = |metric: Value| scaler(json!({"metrics": [metric]}));
    tells(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        &[
            (scaler(json!({})), ""),
            (scaler(json!({"minReplicas": 0})), "spec.minReplicas"),
            (scaler(json!({"behavior": {"scaleUp": {"policies": []}}})), "spec.behavior.scaleUp.policies"),
            (scaler(json!({"behavior": {"scaleUp": {"tolerance": "-1"}}})), "spec.behavior.scaleUp.tolerance"),
            (metric(json!({"type": "Cpu"})), "spec.metrics[0].type"),
            (
                metric(
                    json!({"type": "Object", "object": {"describedObject": {"apiVersion": "v1", "kind": "Service", "name": "a"},
            "metric": {"name": "m"}, "target": {"type": "Value", "value": "1"}}}),
                ),
                "",
            ),
            (
                metric(
                    json!({"type": "Object", "object": {"describedObject": {"apiVersion": "a/b/c", "kind": "Service", "name": "a"},
            "metric": {"name": "m"}, "target": {"type": "Value", "value": "1"}}}),
                ),
                "spec.metrics[0].object.describedObject.apiVersion",
            ),
        ],
    );
    tells(
        "policy/v1",
        "PodDisruptionBudget",
        &[
            (json!({"metadata": {"name": "Any_Name"}, "spec": {"maxUnavailable": "100%"}}), ""),
            (json!({"spec": {"maxUnavailable": -1}}), "spec.maxUnavailable"),
            (json!({"spec": {"minAvailable": "half"}}), "spec.minAvailable"),
        ],
    );
}

#[test]
fn clusters() {
    tells(
        "scheduling.k8s.io/v1",
        "PriorityClass",
        &[(json!({"metadata": {"name": "system-mine"}, "value": 1}), "metadata.name"), (json!({"value": -5}), "")],
    );
    tells(
        "coordination.k8s.io/v1",
        "Lease",
        &[
            (json!({"spec": {"leaseDurationSeconds": 0}}), "spec.leaseDurationSeconds"),
            (json!({"spec": {"leaseTransitions": -1}}), "spec.leaseTransitions"),
        ],
    );
    tells(
        "node.k8s.io/v1",
        "RuntimeClass",
        &[
            (json!({"handler": "a", "overhead": {"podFixed": {"gpu": "1"}}}), "overhead.limits[gpu]"),
            (json!({"handler": "Runc"}), "handler"),
        ],
    );
    tells(
        "v1",
        "Node",
        &[
            (json!({"spec": {"taints": [{"key": "a", "effect": "Never"}]}}), "metadata.taints[0].effect"),
            (json!({"spec": {"podCIDRs": ["10.0.0.0/24", "10.0.1.0/24"]}}), "spec.podCIDRs"),
        ],
    );
    tells(
        "v1",
        "Event",
        &[
            (json!({"involvedObject": {"namespace": "default"}}), ""),
            (json!({"involvedObject": {"namespace": "other"}}), "involvedObject.namespace"),
        ],
    );
    let flow = |rule: Value| json!({"spec": {"priorityLevelConfiguration": {"name": "a"}, "rules": [rule]}});
    let subjects = json!([{"kind": "Group", "group": {"name": "a"}}]);
    tells(
        "flowcontrol.apiserver.k8s.io/v1",
        "FlowSchema",
        &[
            (
                flow(
                    json!({"subjects": subjects, "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/a*"]}]}),
                ),
                "spec.rules[0].nonResourceRules[0].nonResourceURLs[0]",
            ),
            (
                flow(
                    json!({"subjects": subjects, "resourceRules": [{"verbs": ["*", "get"], "apiGroups": ["*"], "resources": ["*"],
                "clusterScope": true}]}),
                ),
                "spec.rules[0].resourceRules[0].verbs",
            ),
        ],
    );
    let queues = |queues: Value| json!({"spec": {"type": "Limited", "limited": {"limitResponse": {"type": "Queue", "queuing": queues}}}});
    tells(
        "flowcontrol.apiserver.k8s.io/v1",
        "PriorityLevelConfiguration",
        &[
            (queues(json!({})), ""),
            (queues(json!({"queues": 100000, "handSize": 10})), "spec.limited.limitResponse.queuing.handSize"),
            (queues(json!({"queues": 10000001, "handSize": 1})), "spec.limited.limitResponse.queuing.queues"),
        ],
    );
}

#[test]
fn cron_jobs() {
    let job = |spec: Value| {
        let mut job =
            json!({"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a"}]}}});
        job.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
        json!({"spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": job}}})
    };
    tells(
        "batch/v1",
        "CronJob",
        &[
            (job(json!({})), ""),
            (job(json!({"completionMode": "Indexed", "completions": 2})), ""),
            // Only a Job has `completions` filled in, not the template of one.
            (job(json!({"completionMode": "Indexed"})), "spec.jobTemplate.spec.completions"),
        ],
    );
    let indexed = job(json!({"completionMode": "Indexed"}));
    tells("batch/v1", "Job", &[(json!({"spec": indexed["spec"]["jobTemplate"]["spec"]}), "")]);
}
