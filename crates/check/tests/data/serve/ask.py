# Prints what the real Ray Serve says about configurations: for each case of the YAML file on standard input, its name and
# whether Serve accepts it. Serve validates a part when it receives the configuration, the rest when it deploys.
import sys

import yaml
from ray.serve._private.config import DeploymentConfig, ReplicaConfig, handle_num_replicas_auto
from ray.serve._private.utils import validate_route_prefix
from ray.serve.config import AutoscalingConfig, RequestRouterConfig
from ray.serve.schema import ServeDeploySchema


class Replica:
    pass


def options(deployment):
    """The options that a deployment sets."""
    return {name: getattr(deployment, name) for name in deployment._get_user_configured_option_names()}


def deploy(deployment):
    """Validates what Serve validates when it deploys, as if the code set no options."""
    given = options(deployment)
    scaling = given.get("autoscaling_config")
    if given.get("num_replicas") == "auto":
        handle_num_replicas_auto(None, scaling)
    elif scaling is not None:
        # The code may set the bounds that the configuration does not.
        AutoscalingConfig(**{"min_replicas": 0, "max_replicas": 10**6, **scaling})
    if given.get("request_router_config") is not None:
        RequestRouterConfig(**given["request_router_config"])
    if given.get("deployment_actors") is not None:
        DeploymentConfig(deployment_actors=given["deployment_actors"])
    names = ["placement_group_bundles", "placement_group_strategy", "max_replicas_per_node"]
    ReplicaConfig.create(Replica, **{name: given[name] for name in names if name in given})


def accepts(text):
    try:
        config = ServeDeploySchema.model_validate(yaml.safe_load(text))
        for application in config.applications:
            validate_route_prefix(application.route_prefix)
            for deployment in application.deployments:
                deploy(deployment)
    except Exception as error:
        print(error, file=sys.stderr)
        return False
    return True


for case in yaml.safe_load(sys.stdin)["cases"]:
    answer = accepts(case["config"])
    print(case["name"], "accepted" if answer else "refused")
