"""The addresses of carrying on: paper, places, printers, the plan."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
