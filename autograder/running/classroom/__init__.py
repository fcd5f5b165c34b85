"""A class of submissions: run by several processes or machines, kept by content, judged by one judge."""
