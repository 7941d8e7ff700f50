"""A local Adobe Experience Platform: IMS tokens, Flow Service connections and dataflows, and sandboxes.

Built from the published evidence alone. It shares no code with the collection, in either direction, so that one misreading
cannot sit in both.
"""
