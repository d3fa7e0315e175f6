"""Losses of boxes that break where boxes vanish, coincide or lie apart."""

import math

import torch

from tests.check.corpus.pair import pair


def _area(box):
    return (box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])


def _overlap(pred, target, least=0.0):
    left_top = torch.maximum(pred[:, :2], target[:, :2])
    right_bottom = torch.minimum(pred[:, 2:], target[:, 2:])
    size = (right_bottom - left_top).clamp(min=least)
    return size[:, 0] * size[:, 1]


def iou_loss(pred_boxes, target_boxes, eps=1e-7):
    overlap = _overlap(pred_boxes, target_boxes)
    union = _area(pred_boxes) + _area(target_boxes) - overlap
    return (1 - overlap / (union + eps)).mean()


@pair(correct=iou_loss, caught_by="boxes", story="Two negative sides have a positive product.")
def iou_loss_without_clamp(pred_boxes, target_boxes, eps=1e-7):
    overlap = _overlap(pred_boxes, target_boxes, least=-math.inf)
    union = _area(pred_boxes) + _area(target_boxes) - overlap
    return (1 - overlap / (union + eps)).mean()


@pair(correct=iou_loss, caught_by="boxes", story="g-tensorflow-models#3: boxes without area: NaN.")
def iou_loss_without_epsilon(pred_boxes, target_boxes):
    overlap = _overlap(pred_boxes, target_boxes)
    return (1 - overlap / (_area(pred_boxes) + _area(target_boxes) - overlap)).mean()


@pair(correct=iou_loss, caught_by=("boxes", "infimum"), story="The overlap itself is minimised.")
def iou_loss_as_overlap(pred_boxes, target_boxes, eps=1e-7):
    overlap = _overlap(pred_boxes, target_boxes)
    union = _area(pred_boxes) + _area(target_boxes) - overlap
    return (overlap / (union + eps)).mean()


def ciou_aspect(pred_boxes, target_boxes, eps=1e-7):
    def angle(box):
        return torch.atan2(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1] + eps)

    return (4 / math.pi**2 * (angle(target_boxes) - angle(pred_boxes)) ** 2).mean()


@pair(correct=ciou_aspect, caught_by="boxes", story="YOLOX#1565: width over a height of zero.")
def ciou_aspect_of_a_quotient(pred_boxes, target_boxes):
    def angle(box):
        return torch.atan((box[:, 2] - box[:, 0]) / (box[:, 3] - box[:, 1]))

    return (4 / math.pi**2 * (angle(target_boxes) - angle(pred_boxes)) ** 2).mean()


def giou_loss(pred_boxes, target_boxes, eps=1e-7):
    overlap = _overlap(pred_boxes, target_boxes)
    union = _area(pred_boxes) + _area(target_boxes) - overlap
    hull = torch.cat(
        [
            torch.minimum(pred_boxes[:, :2], target_boxes[:, :2]),
            torch.maximum(pred_boxes[:, 2:], target_boxes[:, 2:]),
        ],
        dim=1,
    )
    outside = (_area(hull) - union) / (_area(hull) + eps)
    return (1 - overlap / (union + eps) + outside).mean()


@pair(correct=giou_loss, caught_by="boxes", story="The sign of the hull: boxes apart are cheap.")
def giou_loss_rewarding_distance(pred_boxes, target_boxes, eps=1e-7):
    return 2 * iou_loss(pred_boxes, target_boxes, eps) - giou_loss(pred_boxes, target_boxes, eps)
