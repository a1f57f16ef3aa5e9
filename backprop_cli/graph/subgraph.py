"""Parts of a graph: what feeds a node, what lies between two, and the graph with another output."""

from dataclasses import replace

from backprop_cli.graph.graph import Graph


def with_output(graph: Graph, node: int) -> Graph:
    """The graph whose output is `node`, with the same numbers for the same nodes."""
    if node == graph.output:
        return graph
    view: Graph | None = graph.memo.get(("with output", node))
    if view is None:
        view = graph.remember(("with output", node), replace(graph, outputs=(node,), memo={}))
    return view


def between(graph: Graph, of: int, wrt: int) -> list[int]:
    """The nodes after `wrt` that depend on it and feed `of`, and `of` itself."""
    after = {wrt}
    for node in range(wrt + 1, of + 1):
        if any(arg in after for arg in graph.args[node]):
            after.add(node)
    feeds = {of}
    for node in range(of, -1, -1):
        if node in feeds:
            feeds.update(graph.args[node])
    return sorted((after & feeds) - {wrt})


def feeding(graph: Graph) -> list[bool]:
    """For each node, whether the output is computed from it."""
    found = [False] * len(graph)
    found[graph.output] = True
    for k in range(graph.output, -1, -1):
        if found[k]:
            for arg in graph.args[k]:
                found[arg] = True
    return found


def users_of(graph: Graph) -> list[list[int]]:
    """For each node, the gates that it goes into, each once."""
    if "users" not in graph.memo:
        users: list[list[int]] = [[] for _ in graph.args]
        for k, args in enumerate(graph.args):
            for arg in dict.fromkeys(args):
                users[arg].append(k)
        graph.remember("users", users)
    found: list[list[int]] = graph.memo["users"]
    return found
