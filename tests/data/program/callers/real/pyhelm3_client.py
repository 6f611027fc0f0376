"""usage: pyhelm3_client.py HELM REPOSITORY. Prints what pyhelm3 returns, as JSON."""

import asyncio
import json
import sys

from pyhelm3 import Client
from pyhelm3.errors import ChartNotFoundError, FailedToRenderChartError


async def main(executable, repository):
    client = Client(executable=executable)
    chart = await client.get_chart("charts/web")
    print(json.dumps([chart.metadata.name, chart.metadata.version, await chart.values(), await chart.readme()]))
    values = {"note": "inline", "replicas": 4}
    objects = await client.template_resources(chart, "shop", values, include_crds=True, namespace="shop")
    print(json.dumps(list(objects)))
    old = await client.get_chart("web", repo=repository, version="1.0.0")
    print(json.dumps(list(await client.template_resources(old, "old", is_upgrade=True, no_hooks=True))))
    for name, error in (("nothing", ChartNotFoundError), ("broken", FailedToRenderChartError)):
        try:
            if name == "nothing":
                await client.get_chart(name, repo=repository)
            else:
                await client.template_resources(await client.get_chart("charts/broken"), "shop")
        except error:
            print(name, error.__name__)


asyncio.run(main(*sys.argv[1:]))
