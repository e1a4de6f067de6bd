"""The benchmark suite: the same loads on our server and on its peers, in turn, with every answer checked."""
