//! Network policies: between the head and the workers, from clients, and from monitoring.

use k8s_openapi::api::networking::v1::{
    NetworkPolicy, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::objects::Cluster;

/// Returns the policies by id. Policies add up: traffic is allowed if any of them allows it.
pub(super) fn network_policies(cluster: &Cluster<'_>) -> Vec<(&'static str, NetworkPolicy)> {
    let values = cluster.values;
    let all = || cluster.select(std::iter::once(cluster.head()).chain(cluster.workers()).collect());
    let each_other = NetworkPolicyPeer { pod_selector: Some(all()), ..NetworkPolicyPeer::default() };
    let mut list = vec![("network-policy", policy(cluster, "ray", all(), vec![each_other], &[]))];
    if !values.network_policy.clients.is_empty() {
        let ports: Vec<u16> = [values.ports.client, values.ports.dashboard].into_iter().flatten().collect();
        let head = cluster.select(vec![cluster.head()]);
        let clients = values.network_policy.clients.clone();
        list.push(("network-policy-clients", policy(cluster, "ray-clients", head, clients, &ports)));
    }
    if let (true, Some(port), false) =
        (values.metrics.enabled, values.metrics.port, values.network_policy.monitoring.is_empty())
    {
        let monitoring = values.network_policy.monitoring.clone();
        list.push(("network-policy-monitoring", policy(cluster, "ray-monitoring", all(), monitoring, &[port])));
    }
    list
}

fn policy(
    cluster: &Cluster<'_>,
    suffix: &str,
    pods: LabelSelector,
    from: Vec<NetworkPolicyPeer>,
    ports: &[u16],
) -> NetworkPolicy {
    let ports: Vec<NetworkPolicyPort> = ports.iter().map(|port| tcp(*port)).collect();
    NetworkPolicy {
        metadata: cluster.metadata(format!("{}-{suffix}", cluster.name), "network-policy"),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(pods),
            policy_types: Some(vec!["Ingress".to_owned()]),
            ingress: Some(vec![NetworkPolicyIngressRule {
                from: Some(from),
                ports: Some(ports).filter(|ports| !ports.is_empty()),
            }]),
            ..NetworkPolicySpec::default()
        }),
    }
}

fn tcp(port: u16) -> NetworkPolicyPort {
    NetworkPolicyPort {
        port: Some(IntOrString::Int(port.into())),
        protocol: Some("TCP".to_owned()),
        ..NetworkPolicyPort::default()
    }
}
